import { exchange } from './client.ts'
import { answerPayload } from './codec.ts'
import { macBytes } from './layout.ts'
import { outcomeOf, refusedBy } from './netconf.ts'
import { done, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'

/** Asks for a sign of life; gives how long it took. */
export async function ping(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<{ ms: number }>> {
  const from = options.clock.mono()
  const answer = await exchange('ping', target, { number: 0 }, options, anyAnswerTo('ping'))
  return answer.ok ? done({ ms: options.clock.mono() - from }) : answer
}

/** Kicks the watchdog: the device counts its interval anew. */
export async function kick(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('kick', target, { zero: 0 }, options, anyAnswerTo('kick'))
  return answer.ok ? done(null) : answer
}

/** Sets the EEPROM of a device in flash mode to the factory's values. */
export async function reset(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('reset', target, {}, options, outcomeOf('reset'))
  if (!answer.ok) return answer
  const { errcode } = answer.value
  return errcode === 0 ? done(null) : refusedBy(target, 'the reset', errcode)
}

/** The first three bytes of a MAC are its maker's. */
const makerBytes = 3

/**
 * Any answer to the command is the sign, since the request carried the MAC: not every firmware echoes it exactly. Only
 * one that begins with the MAC of another device of the same maker is that device's.
 */
function anyAnswerTo(command: 'ping' | 'kick') {
  return (datagram: Buffer, mac: string): object | null => {
    const payload = answerPayload(command, datagram)
    const own = macBytes(mac)
    if (!payload || payload.length < own.length) return payload
    const sameMaker = payload.subarray(0, makerBytes).equals(own.subarray(0, makerBytes))
    return sameMaker && !payload.subarray(0, own.length).equals(own) ? null : payload
  }
}
