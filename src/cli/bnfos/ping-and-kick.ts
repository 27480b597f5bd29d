import type { Gbl4Options, Gbl4Reply, Gbl4Target } from '../../berofos/gbl4/reply.ts'
import { kick, ping } from '../../berofos/gbl4/single-commands.ts'
import { continueInBackground, inBackground } from './background.ts'
import { type Call, gbl4Options, type Run } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { warnBesideDaemon } from './daemon-warning.ts'
import { macOf } from './gbl4-device.ts'
import { awaited, inRounds } from './waiting.ts'

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
