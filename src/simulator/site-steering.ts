import { describeFaults, parseFault } from './faults.ts'
import { describeGbl4, type Gbl4Steering, gbl4Rows, parseGbl4 } from './gbl4-faults.ts'
import { modeOf, type SimulatedDevice } from './simulated-device.ts'
import { type MasterCondition, type MasterService, masterServices } from './simulated-master.ts'
import { tripWatchdog } from './simulated-watchdog.ts'
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
  const page = Object.hasOwn(pageRows, words[0] ?? '') ? pageRows[words[0] ?? ''] : undefined
  if (page) return steerPages(chosen, page, words)
  const parsed = parseFault(words, [...Object.keys(pageRows), ...Object.keys(gbl4Rows)])
  if (!parsed.ok) return bad(parsed.error)
  await Promise.all(chosen.map(({ http }) => http.steer(parsed.steering)))
  return good(chosen.map(showRelay).join('\n'))
}

function steerPages(
  chosen: readonly SiteRelay[],
  row: PageRow,
  [name, ...argument]: readonly string[],
): SteerReply {
  for (const { device, clock } of chosen) {
    const wanted = row.apply(device, argument.join(' '), clock.mono())
    if (wanted !== null) return bad(`${name} is followed by ${wanted}`)
  }
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

function showRelay({ name, host, port, device, http, gbl4 }: SiteRelay): string {
  const mode = modeOf(device)
  http.look()
  const fault = http.fault()
  const shown = device.unplugged
    ? 'unplugged'
    : fault.name === 'none'
      ? 'sound'
      : `${fault.name}${fault.ms > 0 ? ` ${fault.ms}ms` : ''}`
  return `${name.padEnd(7)} ${host}:${port} mode=${mode} (A--${mode === 1 ? 'B' : 'D'}) ${[shown, showPage(device), gbl4?.show()].filter(Boolean).join(', ')}`
}

function helpText(): string {
  const rows = Object.values(steeringTable).map(({ usage, about }) => `${usage.padEnd(28)} ${about}`)
  return [
    ...rows,
    '',
    'FAULT is one of:',
    ...describeFaults().map(line => `  ${line}`),
    ...describePages().map(line => `  ${line}`),
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

/** What a firmware may make of its config.txt, and a watchdog that trips now: `page lf`, `page 6_wen=2`, `trip 0`. */
interface PageRow {
  readonly usage: string
  /** One line for people. */
  readonly about: string
  /** Null: done; else what the word is followed by. */
  readonly apply: (device: SimulatedDevice, argument: string, atMono: number) => string | null
}

/** All that can be said to a virtual berofos about its page. */
const pageRows: Readonly<Record<string, PageRow>> = {
  page: {
    usage: 'KEY=TEXT|lf|sound',
    about: 'config.txt shows this key so, ends its lines with LF, or is sound again',
    apply: ({ page }, argument) => {
      const [, key, text] = /^(\w+)=(.*)$/.exec(argument) ?? []
      if (argument === 'sound') page.shown.clear()
      else if (key !== undefined && text !== undefined) page.shown.set(key, text)
      else if (argument !== 'lf')
        return 'a key of config.txt with its text, such as 6_wen=2, by lf or by sound'
      page.lineEnd = argument === 'lf' || (page.lineEnd === '\n' && argument !== 'sound') ? '\n' : '\r\n'
      return null
    },
  },
  trip: {
    usage: '0|1|2',
    about: 'its watchdog trips; config.txt shows wdog so then',
    apply: (device, argument, atMono) => {
      if (!/^[012]$/.test(argument)) return 'what config.txt shows for wdog then: 0, 1 or 2'
      device.page.trippedWdog = argument
      tripWatchdog(device, atMono)
      return null
    },
  },
}

/** What is odd about its page, in words; empty: nothing. */
function showPage({ page }: SimulatedDevice): string {
  const lf = page.lineEnd === '\n' ? ['lf'] : []
  return [...lf, ...[...page.shown].map(([key, text]) => `${key}=${text}`)]
    .map(word => `page ${word}`)
    .join(', ')
}

/** One line a row, for help. */
function describePages(): string[] {
  return Object.entries(pageRows).map(
    ([name, { usage, about }]) => `${`${name} ${usage}`.padEnd(22)} ${about}`,
  )
}
