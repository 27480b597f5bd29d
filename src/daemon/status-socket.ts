import type { Request } from '../control/messages.ts'
import type { ControlServer, Handler } from '../control/server.ts'
import { SocketPathProblem } from '../system/socket-path.ts'
import { type Assembly, describe } from './assembly.ts'
import { publicEntry } from './history.ts'
import type { Ports } from './ports.ts'

/** A status is made at most so often for those who only ask, however many there are. */
const freshMs = 100

/** What is answered to every local user: status and history, without what is not for everybody. */
function publicQuestions({
  clock,
  store,
  publicStatus,
}: Pick<Assembly, 'clock' | 'store' | 'publicStatus'>): Handler {
  let made: { readonly status: object; readonly at: number } | null = null
  return async (request: Request) => {
    if (request.command === 'history')
      return { ok: true, history: store.history(request.count).map(publicEntry) }
    const now = clock.mono()
    if (made === null || now - made.at >= freshMs) made = { status: publicStatus(), at: now }
    return { ok: true, status: made.status }
  }
}

/** Serves it where it is configured. Without it the daemon goes on: a warning tells why. */
export async function serveStatusSocket(
  assembly: Assembly,
  ports: Ports,
  begun: Promise<void>,
): Promise<ControlServer | null> {
  const { statusSocket } = assembly.loop.settings
  if (statusSocket === null) return null
  const answer = publicQuestions(assembly)
  try {
    return await ports.serveStatus(statusSocket, (request, tell) => begun.then(() => answer(request, tell)))
  } catch (error) {
    const why = error instanceof SocketPathProblem ? error.message : `${statusSocket}: ${describe(error)}`
    assembly.log.write('warning', `status socket ${why}: only operators can ask; see [control] status_socket`)
    return null
  }
}
