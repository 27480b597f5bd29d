import { createHash } from 'node:crypto'

/** Colours with a contrast of at least 4.5:1 (WCAG 2.1, 1.4.3) on either ground; signs and words say the same. */
export const style = `
:root { color-scheme: light dark; --ground: light-dark(#fff, #0f1216); --text: light-dark(#1b1f24, #e6e9ee);
 --quiet: light-dark(#57606a, #9aa4b0); --line: light-dark(#d5dae0, #2c333c); --card: light-dark(#f7f8fa, #171b21);
 --good: light-dark(#116329, #56d364); --odd: light-dark(#7a5200, #e3b341); --bad: light-dark(#b3151f, #ff8a84) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1080px; padding: 16px; font: 15px/1.45 system-ui, sans-serif;
 background: var(--ground); color: var(--text); overflow-wrap: anywhere }
header, .ends { display: flex; justify-content: space-between; gap: 12px; flex-wrap: wrap; color: var(--quiet); font-size: 13px }
a { color: inherit }
.banner { margin: 10px 0 16px; padding: 14px 18px; border-left: 8px solid; border-radius: 6px; background: var(--card) }
.banner.good { border-color: var(--good) } .banner.odd { border-color: var(--odd) } .banner.bad { border-color: var(--bad) }
h1 { font-size: 22px; margin: 0 0 4px } h2 { font-size: 15px; margin: 20px 0 8px } .banner p { margin: 4px 0 }
ul { margin: 8px 0; padding-left: 20px }
b.good { color: var(--good) } b.odd { color: var(--odd) } b.bad { color: var(--bad) } small, footer { color: var(--quiet) }
code { font: 13px monospace; background: var(--card); padding: 1px 4px; border-radius: 4px }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(210px, 100%), 1fr)); gap: 10px }
figure { margin: 0; padding: 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--card) }
figure.bad { border: 2px solid var(--bad) }
figure rect { fill: none; stroke: var(--quiet); stroke-width: 1.5 } figure text { fill: var(--quiet); font: bold 12px sans-serif; text-anchor: middle }
.led { fill: none; stroke: var(--quiet) } .led.on { fill: var(--good); stroke: var(--good) } .bad .led.on { fill: var(--bad); stroke: var(--bad) }
.wire { fill: none; stroke: var(--good); stroke-width: 3 } .wire.off { stroke: var(--bad); stroke-dasharray: 5 4 }
.spark { margin: 0; padding: 0; border: 0; background: none; min-width: 190px } .spark svg { width: 100%; height: 28px; display: block; border-bottom: 1px solid var(--quiet) }
.spark rect { stroke: none; fill: var(--good) } .spark .fail { fill: var(--bad) } .spark .none { fill: none; stroke: var(--odd); stroke-width: .5 } .spark figcaption { font-size: 12px; color: var(--quiet) }
#away { margin: 10px 0 0; padding: 10px 18px; border: 2px dashed var(--bad); border-radius: 6px; color: var(--bad); font-weight: bold } .away main { filter: grayscale(1) }
.wide { overflow-x: auto } table { width: 100%; border-collapse: collapse }
td, th { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: normal; vertical-align: top }
thead th { font-size: 13px; color: var(--quiet) }
.bar { display: flex; height: 22px; border-radius: 4px; overflow: hidden; color: #fff; font-size: 12px; line-height: 22px; text-align: center }
.bar span { min-width: 1px; background: #8a4a10 } .bar .master, .bar .server { background: #1f6f36 } .bar .unknown { background: var(--line) }
td b { white-space: nowrap } .ends { margin: 0 }
footer { margin-top: 20px; font-size: 13px }
@media (max-width: 600px) { h1 { font-size: 18px } body { padding: 10px } .panels { grid-template-columns: repeat(auto-fill, minmax(min(150px, 100%), 1fr)) }
 .panels.many { grid: auto-flow dense / repeat(3, 1fr) } .many .good { padding: 6px } .many .bad { grid-column: 1 / -1 } .many .bad svg { max-width: 160px } .many .good :is(svg, small, br) { display: none }
 .wide thead { position: absolute; clip-path: inset(50%) } .wide tr { display: grid; border-bottom: 1px solid var(--line); padding: 6px 0 } .wide td, .wide th { border: 0; padding: 1px 0 } }
`

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
