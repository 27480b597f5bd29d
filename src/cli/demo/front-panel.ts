import { type Mode, portsOf, type Verdict } from '../../core/role.ts'
import { roleOfWord, siteText, siteWords } from '../../core/site-words.ts'
import type { SiteKind } from '../../simulator/site-parts.ts'
import type { Status, StatusCheck } from '../../status/status-json.ts'
import type { Output } from '../output.ts'
import { cut, cutSign } from '../table.ts'
import { markOf, type Tone } from '../tones.ts'

/** What the panel shows: the relays as they really are, beside what the daemon says of them. */
export interface PanelView {
  readonly kind: SiteKind
  readonly relays: readonly {
    readonly name: string
    readonly mode: Mode
    readonly moves: number
    readonly fault: string
  }[]
  /** null: no daemon answers. */
  readonly status: Status | null
}

/** Ten lines: the wires, then the master, then the daemon. */
export function panelLines(view: PanelView, output: Output): string[] {
  const { master, slave } = siteWords(view.kind).role
  return [
    output.paint(
      'quiet',
      `          ${master.toUpperCase().padEnd(14)}${'PROVIDER'.padEnd(15)}${slave.toUpperCase()}`,
    ),
    ...view.relays.map(relay => relayLine(relay, view.status, output)),
    '',
    ...daemonLines(view, output),
  ]
}

/** The same in two lines, for what is no terminal. */
export function panelText({ kind, relays, status }: PanelView): string[] {
  const wires = relays.map(({ name, mode }) => `${name} ${portsOf(mode)}`).join('  ')
  if (status === null) return [wires, 'no daemon']
  const { master, role, phase, automatic } = status
  const confirmed = status.relays.filter(relay => relay.confirmed).length
  const off = automatic ? '' : ', automatic OFF'
  return [
    wires,
    `${siteWords(kind).role.master} ${master.verdict}, role ${role}, ${phase}, ${confirmed} confirmed${off}`,
  ]
}

const wireLength = 13
const noWire = ' '.repeat(wireLength)

function relayLine(
  { name, mode, moves, fault }: PanelView['relays'][number],
  status: Status | null,
  output: Output,
): string {
  const told = status?.relays.find(relay => relay.name === name)
  const asWanted = told === undefined || told.wanted === mode
  const live = output.paint(asWanted ? 'good' : 'bad', (output.signs ? '━' : '=').repeat(wireLength))
  const wires = mode === 1 ? `B ${live} A ${noWire} D` : `B ${noWire} A ${live} D`
  const [tone, text] = wordOf(told, fault)
  const mark = output.paint(tone, `${markOf(tone, output.signs)} ${text.padEnd(15)}`)
  return `   ${name}   ${wires}   ${mark} moved ${moves}x`
}

function wordOf(told: Status['relays'][number] | undefined, fault: string): [Tone, string] {
  if (told === undefined) return ['quiet', 'not watched']
  if (told.confirmed) return fault === 'none' ? ['good', 'confirmed'] : ['odd', `${fault}s`]
  return told.error === null ? ['odd', 'being moved'] : ['bad', 'does not answer']
}

const verdictTones: Readonly<Record<Verdict, Tone>> = { up: 'good', down: 'bad', unknown: 'odd' }

function daemonLines({ kind, status }: PanelView, output: Output): string[] {
  if (status === null) return [labelled('odd', 'daemon', 'not running', output), '', '', '']
  const { master, role, phase, automatic, next } = status
  const checks = master.checks.map(checkText).join('   ')
  const words = siteWords(kind)
  const off = siteText(kind, automatic ? 'automatic failover on' : 'automatic failover OFF')
  const roleTone = roleOfWord(role) === 'master' ? 'good' : 'odd'
  return [
    labelled(
      verdictTones[master.verdict],
      words.role.master,
      `${master.verdict.padEnd(7)} ${checks}`,
      output,
    ),
    labelled(roleTone, 'lines', placeText(kind, role), output),
    labelled(automatic ? 'good' : 'odd', 'daemon', `${phase}, ${off}`, output),
    labelled('plain', 'next', next, output),
  ]
}

/** `at the SLAVE`, `through the SERVER`: who has the lines is to be seen from afar. */
function placeText(kind: SiteKind, role: Status['role']): string {
  const { at, role: words } = siteWords(kind)
  const word = words[roleOfWord(role)]
  return at[roleOfWord(role)].replace(new RegExp(`\\b${word}\\b`, 'i'), word.toUpperCase())
}

function checkText({ name, streak, last }: StatusCheck): string {
  return `${name}: ${streak} ${last?.ok === false ? 'failed' : 'ok'} in a row`
}

function labelled(tone: Tone, label: string, text: string, output: Output): string {
  const mark = markOf(tone, output.signs)
  const room = output.width - mark.length - 12
  return ` ${output.paint(tone, mark)} ${output.paint('quiet', label.padEnd(8))}${output.paint(tone, cut(text, room, cutSign(output)))}`
}
