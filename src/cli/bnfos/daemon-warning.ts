import { connect } from 'node:net'
import type { Parameter } from '../../berofos/parameters.ts'
import type { Status } from '../../status/status-json.ts'
import type { Call } from './call.ts'

/** What is done to a device: a parameter by its keyword, or a kick. */
type Doing = Parameter['keyword'] | 'kick'

/** What a daemon holds, or judges a device by; null: nothing to it on this kind of site. */
const ofDaemon: Readonly<Record<string, (isBypass: boolean) => string | null>> = {
  mode: isBypass =>
    `puts the mode of its relays back: use berofosd --force ${isBypass ? 'server or pbx' : 'master or slave'}`,
  wdog: () => 'sets the watchdog of its relays itself: leave it to that',
  scenario: () => 'drives its relays as the kind of site needs them: berofosd doctor tells how',
  kick: isBypass =>
    isBypass
      ? 'kicks the watchdogs of its relays itself: a second kicker keeps their lines at a dead server'
      : null,
}

/** A daemon that is there accepts at once; nothing is held up longer. */
const patienceMs = 200

/**
 * Says so when a berofosd drives relays on this host and may undo what is done here, or is undone by it. Never rejects,
 * and hinders nothing: the vendor's tool did it in any case.
 */
export async function warnBesideDaemon(call: Call, doing: Doing): Promise<void> {
  const what = ofDaemon[doing]
  if (what === undefined) return
  const { placesIn } = await import('../berofosd/places.ts')
  const places = await placesIn(call.daemonConfig)
  const text = places.ok ? what(places.isBypass) : null
  if (!places.ok || text === null || !(await isThere(places.controlSocket, call.clock))) return
  if (await idles(places.controlSocket, call.clock)) return
  call.voice.hint(`bnfos: warning: berofosd runs here and ${text}`)
}

/** Whether the daemon says that it drives nothing; one that says nothing in time may drive. */
async function idles(path: string, clock: Call['clock']): Promise<boolean> {
  const { talk } = await import('../../control/client.ts')
  const asked = await talk(path, { command: 'status' }, { clock, silenceMs: patienceMs })
  if (asked.outcome !== 'answered') return false
  const { status } = asked.reply as { readonly status?: Partial<Status> | null }
  return status?.phase === 'unconfigured'
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
