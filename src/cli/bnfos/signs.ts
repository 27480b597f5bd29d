import { type Gbl4Options, type Gbl4Reply, type Gbl4Target, kick, ping } from '../../berofos/gbl4/device.ts'
import { type Call, gbl4Options, type Run } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { macOf } from './gbl4-device.ts'
import { inRounds } from './rounds.ts'
import { awaited } from './waiting.ts'

/** `bnfos --ping` */
export const pingDevice: Run = call => ask(call, { ask: ping, yes: 'Ping succeeded!', no: 'Ping failed!' })

/** `bnfos --kick`, in the background with -b. */
export const kickDevice: Run = call =>
  ask(call, { ask: kick, yes: 'Watchdog successfully kicked!', no: 'Watchdog did not response!' })

interface Sign {
  readonly ask: (target: Gbl4Target, options: Gbl4Options) => Promise<Gbl4Reply<unknown>>
  readonly yes: string
  readonly no: string
}

async function ask(call: Call, sign: Sign): Promise<boolean> {
  const { voice, stop, values } = call
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  if (values.background) {
    const { continueInBackground, inBackground } = await import('./background.ts')
    if (!inBackground()) return continueInBackground(voice)
  }
  let lastCause = ''
  return inRounds(call, async () => {
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
}
