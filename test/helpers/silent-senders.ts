import type { Senders } from '../../src/alerts/sending.ts'

/** Take everything and tell nobody. */
export const silentSenders: Senders = {
  http: () => Promise.resolve({ ok: true }),
  mail: () => Promise.resolve({ ok: true }),
  loadMail: () => Promise.resolve(),
}

/** A service manager that hears nothing. */
export const silentNotify = {
  problem: null,
  watchdogIntervalMs: null,
  ready: () => {},
  status: () => {},
  watchdog: () => {},
  reloading: () => {},
  stopping: () => {},
  close: () => {},
}
