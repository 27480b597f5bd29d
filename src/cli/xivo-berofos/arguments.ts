import { parseArgs } from 'node:util'
import type { Role } from '../../core/role.ts'
import { usualConfigFile } from '../config-content.ts'

/** One call, as typed. */
export interface XivoCall {
  readonly role: Role
  /** Errors only on stderr. */
  readonly quiet: boolean
  /** More on stderr. */
  readonly verbose: boolean
  /** To syslog as well. */
  readonly syslog: boolean
  readonly configFile: string
  readonly bnfosFile: string
}

type ParsedArguments =
  | ({ readonly kind: 'run' } & XivoCall)
  | { readonly kind: 'help' | 'version' }
  /** One sentence. */
  | { readonly kind: 'wrong'; readonly sentence: string }

/** `xivo-berofos --help`; the first line is printed above an error as well. */
export const usage: readonly string[] = [
  'usage: xivo-berofos [-h] [-q] [-v] [--syslog] [-c FILE] {master,slave}',
  '',
  'Gives the lines to the master or the slave, once, on every berofos of',
  '/etc/bnfos.conf, or of the file that BNFOS_CONF names, and reads each back.',
  'While berofosd runs, its present role is asserted again and the other one is',
  'refused: only berofosd --force pins a role. Without one the role is stored where',
  'it may be, so that the next start of berofosd does not move the lines back.',
  '',
  '  -q, --quiet           errors only on stderr',
  '  -v, --verbose         more on stderr',
  '      --syslog          to syslog as well: facility user, on /dev/log',
  '  -c, --config FILE     where berofosd is and which relay is inverted',
  '                        (/etc/berofosd.conf)',
  '      --bnfos-conf FILE the berofos devices',
  '  -h, --help            show this and end',
  '      --version         show the version and end',
  '',
  'Exit status: 0 done, or no berofos is configured; 1 failed, something left',
  'out, or refused by berofosd; 2 wrong command line; 78 invalid configuration.',
]

const options = {
  quiet: { type: 'boolean', short: 'q' },
  verbose: { type: 'boolean', short: 'v' },
  syslog: { type: 'boolean' },
  config: { type: 'string', short: 'c' },
  'bnfos-conf': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

export function parseArguments(args: readonly string[], env: NodeJS.ProcessEnv): ParsedArguments {
  // Not strict: its own messages are several sentences.
  const { values, positionals, tokens } = parseArgs({
    args: args.map(spelledOut),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = tokens.filter(token => token.kind === 'option')
  const unknown = given.find(({ name }) => !Object.hasOwn(options, name))
  if (unknown) return wrong(`unknown option ${unknown.rawName}`)
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  const misused = given.map(misuse).find(sentence => sentence !== null)
  if (misused) return wrong(misused)
  const [word, more] = positionals
  if (word === undefined) return wrong('master or slave is missing')
  if (word !== 'master' && word !== 'slave') return wrong(`"${word}" is neither master nor slave`)
  if (more !== undefined) return wrong(`"${more}" is not expected after ${word}`)
  return {
    kind: 'run',
    role: word,
    quiet: values.quiet === true,
    verbose: values.verbose === true,
    syslog: values.syslog === true,
    configFile: textOf(values.config) ?? usualConfigFile,
    bnfosFile: textOf(values['bnfos-conf']) ?? textOf(env.BNFOS_CONF) ?? '/etc/bnfos.conf',
  }
}

/** `--sys` for `--syslog`: the old tool took every beginning that only one option has. */
function spelledOut(typed: string): string {
  const [, beginning = '', rest = ''] = /^--([a-z][a-z-]*)(=.*)?$/s.exec(typed) ?? []
  if (beginning === '' || Object.hasOwn(options, beginning)) return typed
  const [name, second] = Object.keys(options).filter(each => each.startsWith(beginning))
  return name === undefined || second !== undefined ? typed : `--${name}${rest}`
}

interface GivenOption {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
}

function misuse({ name, rawName, value }: GivenOption): string | null {
  const { type } = options[name as keyof typeof options]
  if (type === 'boolean') return value === undefined ? null : `${rawName} takes no value`
  return value ? null : `${rawName} needs a value: FILE`
}

function textOf(value: string | boolean | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function wrong(sentence: string): ParsedArguments {
  return { kind: 'wrong', sentence }
}
