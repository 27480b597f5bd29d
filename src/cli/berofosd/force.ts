import { access } from 'node:fs/promises'
import type { Order } from '../../control/messages.ts'
import { durationText } from '../../core/duration.ts'
import { refusal } from '../../core/refusal.ts'
import type { Role } from '../../core/role.ts'
import type { Settings } from '../../core/settings.ts'
import { linesAt, type RoleWord, roleOfWord, siteWords, wrongWord } from '../../core/site-words.ts'
import { initialState } from '../../core/state.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { driveRelays } from '../drive-relays.ts'
import type { Output } from '../output.ts'
import { orderDaemon, reportOrder, type Unanswered, unansweredText } from './ask-daemon.ts'
import { loadedSettings } from './loaded-settings.ts'
import type { forceOptions } from './options.ts'
import { placesToAsk } from './places.ts'
import { whoAsks } from './who.ts'

type ForceOrder = Extract<Order, { readonly command: 'force' }>

/** Through the daemon; only when nobody answers on its socket the relays are driven from here. */
export async function force(call: Call<typeof forceOptions>): Promise<ExitCode> {
  const { values, output } = call
  // The option is what chose this command: it is given.
  const role = values.force ?? 'auto'
  if (role === 'auto' && values.for !== null) {
    output.complain('berofosd: --for goes with --force master or slave: auto has no end')
    return exitCodes.usage
  }
  const request = { command: 'force', role, forMs: values.for, reason: values.reason, by: whoAsks() } as const
  const result = await orderDaemon(values.config, request, output)
  if (result.outcome !== 'nobody') return reportOrder(result, output)
  return role === 'auto' ? endFromHere(call, request, result) : driveFromHere(call, role, request)
}

/** Without a daemon only what is stored for its next start can be ended; no relay moves. */
async function endFromHere(
  { values, output }: Call<typeof forceOptions>,
  request: ForceOrder,
  unanswered: Unanswered,
): Promise<ExitCode> {
  const places = await placesToAsk(values.config)
  if (!places.ok) return reportOrder(places, output)
  const { endStoredOverride } = await import('../../daemon/store-order.ts')
  const { taken, problem, ended, release } = await endStoredOverride(places)
  await release()
  if (taken) return askAgain(values.config, request, output)
  if (problem !== null) output.complain(`berofosd: the stored override can't be ended: ${problem}`)
  else if (ended !== null)
    output.print(`the stored override to the ${ended} is ended: the next start of berofosd decides by itself`)
  output.complain(unansweredText(unanswered))
  return problem === null && ended !== null ? exitCodes.done : exitCodes.failed
}

async function driveFromHere(
  { values, output }: Call<typeof forceOptions>,
  word: RoleWord,
  request: ForceOrder,
): Promise<ExitCode> {
  const role = roleOfWord(word)
  const loaded = await loadedSettings(values, output)
  if (loaded === null) return exitCodes.badConfiguration
  const { settings } = loaded
  const cannot =
    wrongWord(settings.site.kind, word) ??
    refusal(settings, { ...initialState, secondary: await isSecondary(settings) })
  if (cannot !== null) {
    output.complain(`berofosd: ${cannot}`)
    return exitCodes.failed
  }
  const { storeOrder } = await import('../../daemon/store-order.ts')
  const pin = { forMs: values.for, reason: values.reason, by: request.by ?? null }
  const stored = await storeOrder(settings, { role, pin })
  if (stored.taken) return askAgain(values.config, request, output)
  try {
    output.complain(`berofosd: no daemon runs: ${onceText(settings)}`)
    const code = await driveOnce(settings, role, output, stored.addresses)
    output.print(pinText(siteWords(settings.site.kind).role[role], values.for, stored.problem))
    return stored.problem === null ? code : exitCodes.failed
  } finally {
    await stored.release()
  }
}

function onceText({ site }: Settings): string {
  if (site.kind === 'pair') return 'the relays are driven once, and nothing is watched'
  return `the relays are driven once, and nobody kicks their watchdogs: those that are on bypass within ${durationText(site.watchdogMs)}`
}

/** The headline of a pin: until when, and whether the next start of the daemon knows of it. */
function pinText(role: RoleWord, forMs: number | null, problem: string | null): string {
  if (problem !== null) return `not saved: ${problem}; the next start of berofosd may undo this`
  const until = forMs === null ? "until 'berofosd --force auto'" : `for ${durationText(forMs)}`
  return `pinned to the ${role} ${until}: automatic failover is OFF when berofosd is started`
}

/** A daemon that is starting or ending has the state directory: it takes the order as soon as it answers. */
async function askAgain(config: string, order: ForceOrder, output: Output): Promise<ExitCode> {
  output.complain('berofosd: … a daemon is starting or ending')
  for (let tries = 0; tries < 10; tries++) {
    await systemClock.sleep(500)
    const result = await orderDaemon(config, order, output)
    if (result.outcome !== 'nobody') return reportOrder(result, output)
  }
  output.complain(
    'berofosd: a daemon has the state directory and does not answer, nothing was switched: try again',
  )
  return exitCodes.failed
}

async function driveOnce(
  settings: Settings,
  role: Role,
  output: Output,
  addresses: Readonly<Record<string, string>>,
): Promise<ExitCode> {
  const failed = await driveRelays(settings, role, {
    ...{ clock: systemClock, addresses },
    // The watchdog belongs to such a site.
    modeOnly: settings.site.kind === 'bypass',
    line: output.print,
    stranger: text => output.complain(`berofosd: ${text}`),
    progress: text => output.complain(`… ${text}`),
  })
  for (const { name, why } of failed) output.complain(`berofosd: ${name}: ${why}`)
  const total = settings.devices?.length ?? 0
  output.print(
    `${linesAt(siteWords(settings.site.kind).role[role])}: ${total - failed.length} of ${total} relays confirmed`,
  )
  if (total === 0) output.complain('berofosd: no line was moved: bnfos.conf names no device')
  return failed.length === 0 && total > 0 ? exitCodes.done : exitCodes.failed
}

function isSecondary({ secondaryFile }: Settings): Promise<boolean> {
  if (secondaryFile === null) return Promise.resolve(true)
  return access(secondaryFile).then(
    () => true,
    () => false,
  )
}
