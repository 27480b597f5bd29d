import { connect } from 'node:net'
import type { Parameter } from '../../berofos/parameters.ts'
import type { Call } from './call.ts'

/** What a daemon holds, or judges a device by. */
const ofDaemon: Readonly<Record<string, string>> = {
  mode: 'puts the mode of its relays back: use berofosd --force master or slave',
  wdog: 'sets the watchdog of its relays itself: leave it to that',
  scenario: 'drives its relays as the kind of site needs them: berofosd doctor tells how',
}

/** A daemon that is there accepts at once; nothing is held up longer. */
const patienceMs = 200

/**
 * Says so when a berofosd runs on this host that may undo what is set here. Never rejects, and hinders nothing: the
 * vendor's tool set it in any case.
 */
export async function warnBesideDaemon(call: Call, { keyword }: Parameter): Promise<void> {
  const what = ofDaemon[keyword]
  if (what === undefined) return
  const { placesIn } = await import('../berofosd/places.ts')
  const places = await placesIn(call.daemonConfig)
  if (places.ok && (await isThere(places.controlSocket, call.clock)))
    call.voice.hint(`bnfos: warning: berofosd runs here and ${what}`)
}

/** Whether somebody listens there; where that may not be tried, somebody does. */
function isThere(path: string, clock: Call['clock']): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    const end = (there: boolean) => {
      timer.cancel()
      socket.destroy()
      resolve(there)
    }
    const timer = clock.after(patienceMs, () => end(true))
    socket.once('connect', () => end(true))
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => end(!absent.includes(code)))
  })
}

/** No socket, no directory, or one that a daemon left behind which is gone. */
const absent: readonly string[] = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK', 'ENAMETOOLONG', 'EINVAL']
