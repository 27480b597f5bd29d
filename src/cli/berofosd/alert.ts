import type { Sent, Tested } from '../../alerts/sending.ts'
import type { Settings } from '../../core/settings.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { marked } from '../table.ts'
import { orderDaemon, otherVersion, unansweredExitCode, unansweredText } from './ask-daemon.ts'
import { loadedSettings } from './loaded-settings.ts'
import type { commonOptions } from './options.ts'

/**
 * One test alert by each way. Through the daemon, since a way that works in a shell may not work in its sandbox; without
 * one from here, and that is said.
 */
export async function alertTest(call: Call<typeof commonOptions>): Promise<ExitCode> {
  const { values, words, output } = call
  if (words.length !== 1 || words[0] !== 'test') {
    output.complain("berofosd: alert expects one word, test: 'berofosd alert test'")
    return exitCodes.usage
  }
  const result = await orderDaemon(values.config, { command: 'alertTest' }, output)
  if (result.outcome === 'nobody') return testFromHere(call)
  if (result.outcome !== 'answered') {
    output.complain(unansweredText(result))
    return unansweredExitCode(result)
  }
  const { ok, error, tested } = result.reply
  if (!ok && !Array.isArray(tested)) {
    output.complain(`berofosd: ${String(error)}`)
    return exitCodes.failed
  }
  return show(tested, String(error ?? ''), output)
}

async function testFromHere({ values, output }: Call<typeof commonOptions>): Promise<ExitCode> {
  const loaded = await loadedSettings(values, output)
  if (loaded === null) return exitCodes.badConfiguration
  output.complain(
    "berofosd: no daemon runs: sent from here, which does not prove that its unit's sandbox lets it",
  )
  return show(await sendFromHere(loaded.settings), noWay, output)
}

const noWay = 'no way to tell anybody is set: set one in [alert]'

async function sendFromHere({ alert, heartbeat }: Settings): Promise<readonly Tested[]> {
  const [{ testWays }, { waysOf }, { testMessage }, { sendHttp }, mail, { runCommand }, { hostname }] =
    await Promise.all([
      import('../../alerts/alerts.ts'),
      import('../../alerts/ways.ts'),
      import('../../alerts/message.ts'),
      import('../../alerts/http.ts'),
      import('../../alerts/mail.ts'),
      import('../../system/run-command.ts'),
      import('node:os'),
    ])
  const senders = { http: sendHttp, mail: mail.sendMail, loadMail: mail.loadMail }
  const ways = waysOf(alert, { clock: systemClock, senders, run: runCommand, printed: () => {} })
  const site = { node: hostname(), role: 'unknown', headline: 'no daemon runs', lastMove: null }
  const tested = await testWays(ways, testMessage(site, new Date().toISOString()), systemClock)
  if (heartbeat.url === null) return tested
  const sent: Sent = { ok: false, why: 'only a daemon that runs may ping it' }
  return [...tested, { title: 'heartbeat', sent, ms: 0 }]
}

function show(value: unknown, error: string, output: Output): ExitCode {
  const tested = parseTested(value)
  if (tested === null) {
    output.complain(otherVersion)
    return exitCodes.failed
  }
  if (tested.length === 0) output.complain(`berofosd: ${error}`)
  for (const { title, sent, ms } of tested) {
    const text = sent.ok ? `delivered in ${(ms / 1000).toFixed(1)} s` : `not delivered: ${sent.why}`
    for (const line of marked(sent.ok ? 'good' : 'bad', `${title}: ${text}`, output)) output.print(line)
  }
  return tested.length > 0 && tested.every(({ sent }) => sent.ok) ? exitCodes.done : exitCodes.failed
}

/** null: from a daemon of another version. */
function parseTested(value: unknown): readonly Tested[] | null {
  if (!Array.isArray(value)) return null
  const isTested = (each: unknown): each is Tested => {
    const { title, sent, ms } = (each ?? {}) as Partial<Tested>
    return typeof title === 'string' && typeof ms === 'number' && typeof sent?.ok === 'boolean'
  }
  return value.every(isTested) ? value : null
}
