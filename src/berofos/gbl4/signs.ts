import { exchange } from './client.ts'
import { refusedBy } from './netconf.ts'
import { done, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'

/** Asks for a sign of life; gives how long it took. */
export async function ping(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<{ ms: number }>> {
  const from = options.clock.mono()
  const answer = await exchange('ping', target, { number: 0 }, options)
  return answer.ok ? done({ ms: options.clock.mono() - from }) : answer
}

/** Kicks the watchdog: the device counts its interval anew. */
export async function kick(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('kick', target, { zero: 0 }, options)
  return answer.ok ? done(null) : answer
}

/** Sets the EEPROM of a device in flash mode to the factory's values. */
export async function reset(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('reset', target, {}, options)
  if (!answer.ok) return answer
  const { errcode } = answer.value
  return errcode === 0 ? done(null) : refusedBy(target, 'the reset', errcode)
}
