import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Gbl4Options, type Gbl4Reply, type Gbl4Target, kick, ping } from '../../berofos/gbl4/device.ts'
import { environmentForCommands } from '../../system/environment.ts'
import { type Call, gbl4Options, type Run } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { warnBesideDaemon } from './daemon-warning.ts'
import { awaited, macOf } from './gbl4-device.ts'
import type { Voice } from './voice.ts'

/** `bnfos --ping` */
export const pingDevice: Run = call => ask(call, { ask: ping, yes: 'Ping succeeded!', no: 'Ping failed!' })

/** `bnfos --kick`, in the background with -b. */
export const kickDevice: Run = call =>
  ask(call, {
    ask: kick,
    yes: 'Watchdog successfully kicked!',
    no: 'Watchdog did not response!',
    beside: () => warnBesideDaemon(call, 'kick'),
  })

interface Sign {
  readonly ask: (target: Gbl4Target, options: Gbl4Options) => Promise<Gbl4Reply<unknown>>
  readonly yes: string
  readonly no: string
  /** Said beside it, so that it takes no time. */
  readonly beside?: () => Promise<void>
}

async function ask(call: Call, sign: Sign): Promise<boolean> {
  const { voice, stop, values } = call
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  if (values.background && !inBackground()) return continueInBackground(voice)
  let lastCause = ''
  const beside = sign.beside?.()
  const worked = await inRounds(call, async () => {
    const reply = await awaited(call, sign.ask({ mac, host: chosen.host }, gbl4Options(call)))
    if (stop.aborted) return false
    if (reply.ok) voice.say(sign.yes)
    else {
      voice.fail(sign.no)
      // With -c once, not in every round.
      if (reply.error.text !== lastCause) voice.hint(`bnfos: ${reply.error.text}`)
    }
    lastCause = reply.ok ? '' : reply.error.text
    return reply.ok
  })
  await beside
  return worked
}

/**
 * Once; with -c for ever, -w between two rounds, until the call is stopped. Whether the last round worked, one that
 * was broken off not counted.
 */
export async function inRounds(
  { values, clock, stop }: Pick<Call, 'values' | 'clock' | 'stop'>,
  round: () => Promise<boolean>,
): Promise<boolean> {
  if (!values.forever) return round()
  let worked = true
  while (!stop.aborted) {
    const done = await round()
    if (!stop.aborted) worked = done
    await clock.sleep(values.pauseMs, stop)
  }
  return worked
}

/** Tells the process in the background that it is the one. */
const mark = 'BNFOS_IN_BACKGROUND'

export function inBackground(): boolean {
  return process.env[mark] === '1'
}

/** Starts this very command line once more, without a terminal; resolves when it runs. False: it could not be. */
async function continueInBackground(voice: Voice): Promise<boolean> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: 'ignore',
    env: { ...environmentForCommands(process.env), [mark]: '1' },
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    voice.fail(`bnfos: no process can be started (${(error as NodeJS.ErrnoException).code}): leave out -b`)
    return false
  }
  child.unref()
  voice.say(`Going on in the background as process ${child.pid}`)
  return true
}
