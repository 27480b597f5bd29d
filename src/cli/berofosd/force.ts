import { access } from 'node:fs/promises'
import { loadSettings } from '../../config/load.ts'
import { refusal } from '../../core/refusal.ts'
import type { Role } from '../../core/role.ts'
import type { Settings } from '../../core/settings.ts'
import { initialState } from '../../core/state.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { driveRelays } from '../drive-relays.ts'
import type { Output } from '../output.ts'
import { orderDaemon, reportOrder, unansweredText } from './ask-daemon.ts'
import { filesOf, type forceOptions } from './options.ts'

/** Through the daemon; only when nobody answers on its socket the relays are driven from here. */
export async function force(call: Call<typeof forceOptions>): Promise<ExitCode> {
  const { values, output } = call
  // The option is what chose this command: it is given.
  const role = values.force ?? 'auto'
  if (role === 'auto' && values.for !== null) {
    output.complain('berofosd: --for goes with --force master or slave: auto has no end')
    return exitCodes.usage
  }
  const request = { command: 'force', role, forMs: values.for, reason: values.reason } as const
  const result = await orderDaemon(values.config, request, output)
  if (result.outcome !== 'nobody') return reportOrder(result, output)
  if (role !== 'auto') return driveFromHere(call, role)
  output.complain(unansweredText(result))
  return exitCodes.failed
}

async function driveFromHere({ values, output }: Call<typeof forceOptions>, role: Role): Promise<ExitCode> {
  const loaded = await loadSettings(filesOf(values))
  if (!loaded.ok) {
    for (const problem of loaded.problems) output.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings } = loaded
  const cannot = refusal(settings, { ...initialState, secondary: await isSecondary(settings) })
  if (cannot !== null) {
    output.complain(`berofosd: ${cannot}`)
    return exitCodes.failed
  }
  const once = 'no daemon runs: the relays are driven once, nothing is pinned and nothing watched'
  output.complain(`berofosd: ${once}${values.for === null ? '' : '; --for has no effect'}`)
  return driveOnce(settings, role, output)
}

async function driveOnce(settings: Settings, role: Role, output: Output): Promise<ExitCode> {
  const failed = await driveRelays(settings, role, {
    clock: systemClock,
    line: output.print,
    progress: text => output.complain(`… ${text}`),
  })
  for (const { name, why } of failed) output.complain(`berofosd: ${name}: ${why}`)
  const total = settings.devices?.length ?? 0
  output.print(`lines at the ${role}: ${total - failed.length} of ${total} relays confirmed`)
  return failed.length === 0 ? exitCodes.done : exitCodes.failed
}

function isSecondary({ secondaryFile }: Settings): Promise<boolean> {
  if (secondaryFile === null) return Promise.resolve(true)
  return access(secondaryFile).then(
    () => true,
    () => false,
  )
}
