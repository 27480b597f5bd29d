import { presentLine } from '../../status/headline.ts'
import type { Status } from '../../status/wire.ts'
import { panel } from '../berofosd/status-panel.ts'
import type { Tone } from '../tones.ts'

/** How often a browser reads it again, s: between the terminal's 1 and a patience. */
const refreshSeconds = 5

/** The panel of `berofosd status` as a page without a script. */
export function panelHtml(status: Status): string {
  const lines = panel(status, { width: 80, colour: false, paint: tagged }).map(htmlOf)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="${refreshSeconds}">
<meta name="viewport" content="width=device-width">
<title>${htmlOf(presentLine(status))}</title>
<style>
${style}
</style>
<pre>${lines.join('\n')}</pre>
<footer>berofosd ${htmlOf(status.version)}, pid ${status.pid}, ${htmlOf(status.now)}</footer>
</html>
`
}

// Colours with a contrast of at least 4.5:1 (WCAG 2.1, 1.4.3) on either ground; the marks say the same without them.
const style = `:root { color-scheme: light dark }
body { font: 15px/1.4 monospace; margin: 2em auto; width: max-content; max-width: 94vw }
pre { font: inherit; overflow-x: auto }
footer { opacity: .75 }
b { font-weight: inherit }
.good { color: light-dark(#116329, #56d364) }
.bad { color: light-dark(#b3151f, #ff8a84); font-weight: bold }
.odd { color: light-dark(#7a5200, #e3b341) }
.quiet { opacity: .75 }
.strong { font-weight: bold }`

/** What the layout counts is printed: tags stand between control characters, which no text of the panel holds. */
const tagMark = '\x01'

function tagged(tone: Tone, text: string): string {
  if (tone === 'plain' || text === '') return text
  return [`<b class="${tone}">`, `</b>`].map(tag => tagMark + tag + tagMark).join(text)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function htmlOf(line: string): string {
  const escaped = (text: string) => text.replace(/[&<>"]/g, sign => entities[sign] ?? '')
  return line
    .split(tagMark)
    .map((piece, index) => (index % 2 === 1 ? piece : escaped(piece)))
    .join('')
}
