/**
 * `npm run demo-picture`: runs the built demo and draws what it printed of a failover and the return from it as
 * docs/images/demo.svg, a terminal of 80 columns. The times in it are those of this run.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
/** The last chapter of the demo that is drawn; those after it are an operator's orders. */
const lastChapter = 4
const lineHeight = 18
const letterWidth = 8.4
const margin = 16

/** What a line begins with, after its time → its class; the first that fits. */
const classes: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\s*[\d.]+ \d+\/\d+ /, 'chapter'],
  [/^\s*[\d.]+ error /, 'error'],
  [/^\s*[\d.]+ warning (failover|failback): /, 'move'],
  [/^\s*[\d.]+ warning /, 'warning'],
  [/^\s*[\d.]+ notice /, 'notice'],
  [/^\s*[\d.]+ (site|panel) /, 'site'],
]

const printed = execFileSync(process.execPath, [join(root, 'dist/berofosd.cjs'), 'demo'], {
  encoding: 'utf8',
})
writeFileSync(join(root, 'docs/images/demo.svg'), svgOf(chapters(printed)))

/** The chapters up to the last that is drawn, without the empty lines around them. */
function chapters(text: string): string[] {
  const [story = ''] = text.split(new RegExp(`^.*\\b${lastChapter + 1}/\\d+ `, 'm'))
  return story.replace(/^\n+|\s+$/g, '').split('\n')
}

function svgOf(lines: readonly string[]): string {
  const width = Math.ceil(80 * letterWidth) + 2 * margin
  const height = lines.length * lineHeight + 2 * margin
  const texts = lines.map((line, index) => {
    const name = classes.find(([pattern]) => pattern.test(line))?.[1] ?? 'plain'
    return `  <text class="${name}" x="${margin}" y="${margin + (index + 0.8) * lineHeight}">${escaped(line)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve">
  <title>A failover and a failback in the demo, as its log told them</title>
  <style>
    text { font: 14px monospace; fill: #c9d1d9; white-space: pre }
    .chapter { fill: #fff; font-weight: bold } .error { fill: #ff7b72 } .warning { fill: #e3b341 }
    .move { fill: #fff } .notice { fill: #7ee787 } .site { fill: #79c0ff }
  </style>
  <rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${texts.join('\n')}
</svg>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
