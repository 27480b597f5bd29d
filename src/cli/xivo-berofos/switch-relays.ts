import { loadSections, type SectionsLoading } from '../../config/load-sections.ts'
import { sentNow, type TalkResult, talk } from '../../control/client.ts'
import { bypassRefusal } from '../../core/refusal.ts'
import { type Mode, modeFor, portsOf, type Role } from '../../core/role.ts'
import { parseStatus } from '../../status/parse.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { type Places, placesIn } from '../berofosd/places.ts'
import type { ConfigUnread } from '../config-content.ts'
import { driveRelays } from '../drive-relays.ts'
import type { XivoCall } from './arguments.ts'
import { keepRole, type RoleKept } from './keep-role.ts'
import type { Lines } from './lines.ts'
import { readRelaySections } from './relay-sections.ts'

/** Through a berofosd that runs; only when nobody answers on its socket the relays are driven from here. */
export async function switchRelays(call: XivoCall, lines: Lines): Promise<ExitCode> {
  const loaded = await loadSections(call.bnfosFile)
  if (loaded.kind === 'absent') {
    lines.say('info', 'berofos is not configured -- doing nothing')
    return exitCodes.done
  }
  const places = await placesIn(call.configFile)
  if (!places.ok) return reportDaemon(places, lines)
  if (places.isBypass) {
    lines.say('error', `${bypassRefusal}; nothing was switched`)
    return exitCodes.failed
  }
  const asking = () => askDaemon(call.role, places, lines)
  const asked = await asking()
  if (asked.outcome !== 'nobody') return reportDaemon(asked, lines)
  if (loaded.kind === 'sections') return driveFromHere(call, loaded, lines, { ...places, asked, asking })
  lines.say('error', loaded.problem)
  return exitCodes.badConfiguration
}

/**
 * The daemon says something every second while it works: so long a silence means that it does not answer. Less than
 * `berofosd` waits (ask-daemon.ts), since it is scripts that wait for this command. Our choice.
 */
const silenceMs = 5000

function askDaemon(role: Role, { controlSocket }: Places, lines: Lines): Promise<TalkResult> {
  const talking = {
    clock: systemClock,
    silenceMs,
    progress: (text: string) => lines.say('info', `… ${text}`),
  }
  return talk(controlSocket, { command: 'assert', role, sent: sentNow(talking) }, talking)
}

/** What came of it when berofosd is there: behind its back nothing is switched. */
function reportDaemon(asked: TalkResult | ConfigUnread, lines: Lines): ExitCode {
  if (asked.outcome !== 'answered') {
    lines.say('error', `${asked.error}${unansweredCures[asked.outcome]}`)
    return asked.outcome === 'misnamed' ? exitCodes.badConfiguration : exitCodes.failed
  }
  const { reply } = asked
  if (!reply.ok) {
    lines.say('error', String(reply.error))
    return exitCodes.failed
  }
  for (const { wanted, name } of parseStatus(reply.status)?.relays ?? [])
    lines.say('info', settingText(name, wanted))
  lines.say('debug', 'berofosd runs and holds this role: it has read every relay back')
  return exitCodes.done
}

const unansweredCures: Readonly<Record<Exclude<TalkResult['outcome'], 'answered'> | 'misnamed', string>> = {
  nobody: '',
  denied: '; nothing was switched, since a berofosd may run there',
  silent:
    "; nothing was switched behind berofosd's back: it hangs, 'systemctl kill -s KILL berofosd' has it started anew",
  broken: "; nothing was switched behind berofosd's back: look at 'systemctl status berofosd'",
  misnamed: '; nothing was switched',
}

/** Every relay that the two files let it; what they don't is named, and told by the exit status afterwards. */
async function driveFromHere(
  call: XivoCall,
  loaded: Sections,
  lines: Lines,
  keeping: Parameters<typeof keepRole>[1],
): Promise<ExitCode> {
  const placed = await readRelaySections(
    call.configFile,
    loaded.sections.map(({ device }) => device),
  )
  if (!placed.ok) {
    lines.say('error', placed.problem)
    return exitCodes.badConfiguration
  }
  const problems = [
    ...placed.problems,
    ...loaded.problems,
    ...loaded.sections.flatMap(section => section.problems),
  ]
  for (const text of problems) lines.say('error', text)
  if (loaded.sections.length === 0) {
    lines.say('error', namesNoDevice(call))
    return problems.length > 0 ? exitCodes.badConfiguration : exitCodes.failed
  }
  for (const text of [...placed.warnings, ...loaded.warnings]) lines.say('warning', text)
  const { devices, timing } = placed
  const names = new Set(devices.map(({ name }) => name))
  for (const { device } of loaded.sections)
    if (!names.has(device.name)) lines.say('error', `${device.name} is left out: ${whyLeftOut}`)
  if (problems.length > 0 && devices.every(({ host }) => host === null)) return exitCodes.badConfiguration
  const kept = await keepRole(call.role, keeping, lines)
  if ('answer' in kept) return reportDaemon(kept.answer, lines)
  try {
    for (const { name, invert } of devices) lines.say('info', settingText(name, modeFor(call.role, invert)))
    const driven = await driveOnce(call.role, { devices, relays: timing }, lines, kept.addresses)
    kept.tell()
    return problems.length > 0 ? exitCodes.failed : driven
  } finally {
    await kept.release()
  }
}

/** The tool that this one replaces ended with 0 there: one that moved nothing must not look as if it had. */
function namesNoDevice({ bnfosFile }: XivoCall): string {
  return `${bnfosFile}: names no device, nothing was switched: add a section such as [fos1], or remove the file where there is no berofos`
}

type Sections = Extract<SectionsLoading, { kind: 'sections' }>

const whyLeftOut = 'it may have to go the other way, correct its section of berofosd.conf'

async function driveOnce(
  role: Role,
  relays: Parameters<typeof driveRelays>[0],
  lines: Lines,
  addresses: RoleKept['addresses'],
): Promise<ExitCode> {
  const failed = await driveRelays(relays, role, {
    ...{ clock: systemClock, addresses },
    // The watchdog is the daemon's, or that of a site which is to have one.
    modeOnly: true,
    line: text => lines.say('debug', text),
    stranger: text => lines.say('warning', text),
    progress: text => lines.say('info', `… ${text}`),
  })
  for (const { name, why } of failed) lines.say('error', `${name}: ${why}`)
  const total = relays.devices?.length ?? 0
  lines.say('debug', `lines at the ${role}: ${total - failed.length} of ${total} relays read back`)
  return failed.length === 0 ? exitCodes.done : exitCodes.failed
}

/** The line of the tool that this one replaces: scripts look for it. */
function settingText(name: string, mode: Mode): string {
  return `setting berofos relay mode to ${mode} (${portsOf(mode)}) for ${name}`
}
