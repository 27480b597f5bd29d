import { berofosd } from '../cli/berofosd/program.ts'
import { type Command, choosingWord } from '../cli/command.ts'
import type { Option, Options } from '../cli/option.ts'

const always = ['--help', '--version']

/** Completion of berofosd for bash, from the rows that its help is made of. It needs nothing but bash. */
export function bashCompletion(): string {
  const words = berofosd.commands.flatMap(namesOf)
  const cases = berofosd.commands.map(
    row => `    ${namesOf(row).join('|')}) words='${switchesOf(row.options)}' ;;`,
  )
  return `# bash completion for berofosd

_berofosd() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} word command= words=
  # --option=value are three words here.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  case $prev in
${valueCases()}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${words.join('|')}) command=$word; break ;;
    esac
  done
  case $command in
${cases.join('\n')}
    *) words='${[...words, switchesOf(berofosd.common)].join(' ')}' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _berofosd berofosd
`
}

/** `--force` and `force`. */
function namesOf(command: Command): string[] {
  const word = choosingWord(command)
  return word === null ? [command.name] : [command.name, word]
}

function switchesOf(options: Options): string {
  return [...Object.keys(options).map(name => `--${name}`), ...always].join(' ')
}

/** What follows an option: its words, a file, or something that can't be guessed. */
function valueCases(): string {
  const options: Options = Object.assign({}, ...berofosd.commands.map(row => row.options))
  const rows = Object.entries(options).filter(([, { placeholder }]) => placeholder !== null)
  return rows.map(([name, option]) => `    ${typed(name, option)}) ${completionOf(option)} ;;`).join('\n')
}

function typed(name: string, { short }: Option): string {
  const word = berofosd.commands.some(row => choosingWord(row) === name) ? `|${name}` : ''
  return (short === undefined ? `--${name}` : `-${short}|--${name}`) + word
}

function completionOf({ placeholder, form }: Option): string {
  // The form of a choice is its words: `master, slave or auto`.
  if (/^\w+(, \w+)* or \w+$/.test(form))
    return `mapfile -t COMPREPLY < <(compgen -W '${form.replace(/,| or\b/g, '')}' -- "$cur"); return`
  if (placeholder !== null && ['FILE', 'DIR', 'SOCKET'].includes(placeholder))
    return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return'
  return 'return'
}
