import { once } from 'node:events'

/** Aborts at Ctrl-C and at SIGTERM, which then end nothing else. */
export function interrupted(): AbortSignal {
  const controller = new AbortController()
  const end = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  void end.then(() => controller.abort())
  return controller.signal
}
