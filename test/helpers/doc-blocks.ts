import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A block of shell commands in a document. */
interface DocBlock {
  /** `PAGE, HEADING: FIRST LINE`, by which the tests name it. */
  readonly key: string
  readonly text: string
}

/** The blocks of a page that are marked as shell, in their order. */
export function shellBlocks(page: string): DocBlock[] {
  const blocks: DocBlock[] = []
  let heading = ''
  let fence: { readonly isShell: boolean; readonly indent: number; readonly lines: string[] } | null = null
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    const [, indent = '', language] = /^( *)```(\w*)$/.exec(line) ?? []
    if (fence !== null && language === undefined) fence.lines.push(line.slice(fence.indent))
    else if (fence !== null) {
      const text = `${fence.lines.join('\n')}\n`
      if (fence.isShell) blocks.push({ key: `${page}, ${heading}: ${fence.lines[0]}`, text })
      fence = null
    } else if (language !== undefined)
      fence = { isShell: language === 'sh', indent: indent.length, lines: [] }
    else heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading
  }
  return blocks
}

/**
 * The commands of a block as a script for bash that ends at the first one that fails, also where `set -e` would not:
 * in `a && b`. A `berofosd status` is asked again for a minute: a daemon that has just started has no verdict yet.
 */
export function scriptOf(text: string): string {
  return commandsOf(text)
    .map(command => {
      const asked = /^berofosd status *(#.*)?$/.test(command)
      const run = asked ? `for _ in $(seq 60); do ${command}\n[ $? = 0 ] && break; sleep 1; done` : command
      return `${run}\n_ended=$?; [ $_ended = 0 ] || { echo 'failed:' ${quoted(command)} >&2; exit $_ended; }\n`
    })
    .join('')
}

/** The block cut where bash finds a whole command. */
function commandsOf(text: string): string[] {
  const commands: string[] = []
  let open = ''
  for (const line of text.trimEnd().split('\n')) {
    open = open === '' ? line : `${open}\n${line}`
    if (spawnSync('bash', ['-n'], { input: open }).status !== 0) continue
    commands.push(open)
    open = ''
  }
  return open === '' ? commands : [...commands, open]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
