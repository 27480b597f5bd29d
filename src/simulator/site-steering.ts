import { describeFaults, parseFault } from './faults.ts'
import { describeGbl4, type Gbl4Steering, gbl4Rows, parseGbl4 } from './gbl4-faults.ts'
import { modeOf } from './simulated-device.ts'
import { type MasterCondition, type MasterService, masterServices } from './simulated-master.ts'
import type { SiteParts, SiteRelay } from './site-parts.ts'

/** What came of a steering line. `text` may have several lines. */
export interface SteerReply {
  readonly ok: boolean
  readonly text: string
}

interface SteeringRow {
  readonly usage: string
  readonly about: string
  readonly run: (site: SiteParts, words: readonly string[]) => Promise<SteerReply> | SteerReply
}

/** The grammar: the first word chooses the row. */
const steeringTable: Readonly<Record<string, SteeringRow>> = {
  relay: {
    usage: 'relay NUMBER|all FAULT',
    about: 'what a berofos does from now on, or what happens to it',
    run: steerRelays,
  },
  master: {
    usage: 'master [SERVICE] CONDITION',
    about: 'what the master, or one of its services, does from now on',
    run: steerMaster,
  },
  show: { usage: 'show', about: 'how all of them are', run: site => good(showSite(site)) },
  help: { usage: 'help', about: 'this', run: () => good(helpText()) },
}

/** Takes one line. Never rejects. */
export async function steerSite(site: SiteParts, line: string): Promise<SteerReply> {
  const [word = '', ...words] = line.trim().toLowerCase().split(/\s+/)
  const row = Object.hasOwn(steeringTable, word) ? steeringTable[word] : undefined
  if (!row) return bad(`"${word}" is none of ${Object.keys(steeringTable).join(', ')}`)
  try {
    return await row.run(site, words)
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error))
  }
}

async function steerRelays({ relays }: SiteParts, [which = '', ...words]: readonly string[]) {
  const chosen =
    which === 'all' ? relays : relays.filter(({ name }) => name === which || name === `fos${which}`)
  if (chosen.length === 0) return bad(`"${which}" is no relay: a number from 1 to ${relays.length}, or all`)
  const datagrams = parseGbl4(words)
  if (datagrams) return datagrams.ok ? steerDatagrams(chosen, datagrams.steering) : bad(datagrams.error)
  const parsed = parseFault(words, Object.keys(gbl4Rows))
  if (!parsed.ok) return bad(parsed.error)
  await Promise.all(chosen.map(({ face }) => face.steer(parsed.steering)))
  return good(chosen.map(showRelay).join('\n'))
}

function steerDatagrams(chosen: readonly SiteRelay[], steering: Gbl4Steering): SteerReply {
  const without = chosen.find(({ gbl4 }) => gbl4 === null)
  if (without) return bad(`${without.name} does not speak GBL4: start the simulator with --gbl4`)
  for (const { gbl4 } of chosen) gbl4?.steer(steering)
  return good(chosen.map(showRelay).join('\n'))
}

const conditions: Readonly<Record<string, MasterCondition>> = {
  alive: 'alive',
  dead: 'dead',
  silent: 'silent',
  drip: 'drip',
  up: 'alive',
  down: 'dead',
}

async function steerMaster(site: SiteParts, words: readonly string[]): Promise<SteerReply> {
  const service = masterServices.find(name => name === words[0])
  const [word = '', ...more] = service ? words.slice(1) : words
  const condition = Object.hasOwn(conditions, word) ? conditions[word] : undefined
  if (!condition || more.length > 0)
    return bad(`expected master [${masterServices.join('|')}] ${Object.keys(conditions).join('|')}`)
  await site.master.setCondition(condition, service)
  return good(showMaster(site))
}

function showSite(site: SiteParts): string {
  return [showMaster(site), ...site.relays.map(showRelay)].join('\n')
}

function showMaster({ master }: SiteParts): string {
  const shown = (service: MasterService) => {
    const { address, port } = master.endpoints[service]
    return `${service} ${address}:${port} ${master.conditions[service]}`
  }
  return `master  ${masterServices.map(shown).join(', ')}`
}

function showRelay({ name, host, port, device, face, gbl4 }: SiteRelay): string {
  const mode = modeOf(device)
  const fault = face.fault()
  const shown = fault.name === 'none' ? 'sound' : `${fault.name}${fault.ms > 0 ? ` ${fault.ms}ms` : ''}`
  return `${name.padEnd(7)} ${host}:${port} mode=${mode} (A--${mode === 1 ? 'B' : 'D'}) ${[shown, gbl4?.show()].filter(Boolean).join(', ')}`
}

function helpText(): string {
  const rows = Object.values(steeringTable).map(({ usage, about }) => `${usage.padEnd(28)} ${about}`)
  return [
    ...rows,
    '',
    'FAULT is one of:',
    ...describeFaults().map(line => `  ${line}`),
    'or, of a berofos that speaks GBL4:',
    ...describeGbl4().map(line => `  ${line}`),
    '',
    `SERVICE is one of ${masterServices.join(', ')}; CONDITION one of ${Object.keys(conditions).join(', ')}`,
  ].join('\n')
}

function good(text: string): SteerReply {
  return { ok: true, text }
}

function bad(text: string): SteerReply {
  return { ok: false, text }
}
