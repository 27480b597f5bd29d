import { type Mode, modes, optionsOf } from '../../../src/cli/bnfos/modes.ts'
import { type OptionName, options, typedAs } from '../../../src/cli/bnfos/options.ts'
import type { Option } from '../../../src/cli/option.ts'
import { bold, plain, tagged, typed } from './roff.ts'

/** Every mode of bnfos: what it does, what it needs, what it takes, for bnfos(8). */
export function modeLines(): string[] {
  return modes.flatMap(mode => [
    ...tagged(modeTerm(mode), [`${plain(mode.help)}.`, ...needed(mode)]),
    `Takes ${listed(optionsOf(mode).filter(name => !mode.needs.flat().includes(name)))}.`,
  ])
}

/** Every option of bnfos, in the order of its rows. */
export function letterLines(): string[] {
  return (Object.entries(options) as [OptionName, Option][]).flatMap(
    ([name, { help, placeholder, fallback }]) =>
      tagged(`${bold(typedAs(name))}${placeholder === null ? '' : ` \\fI${typed(placeholder)}\\fR`}`, [
        `${plain(help)}${name === 'port' ? ` (${fallback})` : ''}.`,
      ]),
  )
}

function modeTerm({ name, placeholder }: Mode): string {
  return `${bold(`--${name}`)}${placeholder === null ? '' : ` \\fI${typed(placeholder)}\\fR`}`
}

function needed({ needs }: Mode): string[] {
  const groups = needs.map(group => group.map(name => bold(typedAs(name))).join(' and '))
  return groups.length === 0 ? [] : [`Needs ${groups.join(', or ')}.`]
}

function listed(names: readonly OptionName[]): string {
  return names.map(name => bold(typedAs(name))).join(', ')
}
