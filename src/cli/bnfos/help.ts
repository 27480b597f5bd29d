import { hang, wrap } from '../table.ts'
import { type Mode, modes, optionsOf } from './modes.ts'
import { type OptionName, options, typedAs } from './options.ts'
import { needsText } from './parse-line.ts'

const width = 80

/** `bnfos --help`, printed from the rows of modes and options. */
export function helpLines(): string[] {
  return [
    'bnfos: find, set up, ask and set bero*fos failover switches',
    '',
    'Usage: bnfos MODE [OPTION…]',
    '',
    ...modes.flatMap(modeLines),
    'Options:',
    ...(Object.keys(options) as OptionName[]).flatMap(optionLines),
    ...hang('  --help      ', 'this', width),
    ...hang('  --version   ', 'the version', width),
    '',
    ...wrap(
      'The file of -f and -x is /etc/bnfos.conf, or the one that BNFOS_CONF names. BNFOS_GBL4_PORT is the UDP port of virtual devices. Without -h, datagrams go out by broadcast; with -f to the host of the section. A berofos speaks IPv4 only. Exit status: 0 it worked, 1 it did not.',
      width,
    ),
  ]
}

function modeLines(mode: Mode): string[] {
  const name = [`--${mode.name}`, mode.placeholder].filter(Boolean).join(' ')
  const needs = mode.needs.length === 0 ? [] : hang('      needs ', needsText(mode), width)
  const needed = mode.needs.flat()
  const free = optionsOf(mode).filter(name => !needed.includes(name) || isOptional(mode, name))
  return [
    ...hang(`  ${name}  `, mode.help, width),
    ...needs,
    ...hang('      takes ', free.map(typedAs).join(' '), width),
    '',
  ]
}

function isOptional({ takes }: Mode, name: OptionName): boolean {
  return takes.includes(name)
}

function optionLines(name: OptionName): string[] {
  const { placeholder, help } = options[name]
  return hang(`  ${[typedAs(name), placeholder].filter(Boolean).join(' ').padEnd(12)}`, help, width)
}
