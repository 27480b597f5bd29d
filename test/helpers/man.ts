import { readFileSync } from 'node:fs'
import { commandLines, commonOptionLines } from './man/commands.ts'
import { configurationPage } from './man/configuration.ts'
import { letterLines, modeLines } from './man/modes.ts'

/** The man pages, as far as they are printed from the program: path from the project's root → roff. */
export function manPages(): Readonly<Record<string, string>> {
  return {
    'docs/man/berofosd.conf.5': configurationPage(),
    'docs/man/berofosd.8': withParts('docs/man/berofosd.8', {
      commands: commandLines(),
      options: commonOptionLines(),
    }),
    'docs/man/bnfos.8': withParts('docs/man/bnfos.8', { modes: modeLines(), options: letterLines() }),
  }
}

/** The page as it stands, with what is between each pair of marks printed anew. */
function withParts(path: string, parts: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(parts).reduce(
    (page, [name, lines]) => {
      const begin = `.\\" printed: ${name}\n`
      const end = '.\\" end\n'
      const from = page.indexOf(begin) + begin.length
      const to = page.indexOf(end, from)
      if (from < begin.length || to < from) throw new Error(`${path} lacks the marks of its ${name}`)
      return `${page.slice(0, from)}${lines.map(line => `${line}\n`).join('')}${page.slice(to)}`
    },
    readFileSync(path, 'utf8'),
  )
}
