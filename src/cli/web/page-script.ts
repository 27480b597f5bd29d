import { createHash } from 'node:crypto'

/**
 * Reads the page again without losing what is selected or scrolled to; while the daemon is away the last state stays,
 * with a line that says so. Without scripts the browser itself reads the page again.
 */
export const script = `
const away = document.getElementById('away')
let answered = new Date()
async function again() {
  try {
    const reply = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(4000) })
    if (!reply.ok) throw new Error(String(reply.status))
    const next = new DOMParser().parseFromString(await reply.text(), 'text/html')
    document.title = next.title
    for (const id of ['icon', 'top', 'state']) document.getElementById(id).replaceWith(next.getElementById(id))
    answered = new Date()
    away.hidden = true
    document.body.classList.remove('away')
  } catch {
    const text = 'The daemon has not answered since ' + answered.toLocaleTimeString() + ': what follows was true then.'
    if (away.textContent !== text) away.textContent = text
    away.hidden = false
    document.body.classList.add('away')
    document.title = '?? no answer since ' + answered.toLocaleTimeString()
  }
  setTimeout(again, 5000)
}
setTimeout(again, 5000)
`

/** What the page needs besides styles: this script and no other, what it reads, and the icon. */
export const policy = `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; connect-src 'self'; img-src data:`
