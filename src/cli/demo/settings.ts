import { durationText } from '../../core/duration.ts'
import type { Overrides } from '../../simulator/site-config.ts'

/** How the demo is set up; all in milliseconds. Quick, so that nobody waits; what it means in the field stands in docs. */

export const relayCount = 4
/** What a berofos takes for each answer. */
export const requestMs = 20
export const stableForMs = 2000

const intervalMs = 200
const fall = 3
const rise = 2
const timeoutMs = 1000
const retryMaxMs = 500
const auditIntervalMs = 1000
const checkTimeoutMs = 500

const pace = { interval: durationText(intervalMs), timeout: durationText(checkTimeoutMs), fall, rise }

/** Over what a virtual site's berofosd.conf has: no web check, and everything faster. */
export const overrides: Overrides = {
  'check.web': null,
  'check.tcp': pace,
  'check.sip': pace,
  failback: { stable_for: durationText(stableForMs) },
  relays: {
    timeout: durationText(timeoutMs),
    audit_interval: durationText(auditIntervalMs),
    retry: '250ms',
    retry_max: durationText(retryMaxMs),
  },
}

/** What the measured times come from, in a few words each. */
export const because = {
  detection: `${fall} failures, ${intervalMs} ms apart`,
  drive: `2 requests of ${requestMs} ms`,
  parallel: 'all at once, fos3 or not',
  retry: `retried every ${retryMaxMs} ms or so`,
  failback: `${rise} answers, stable for ${stableForMs / 1000} s`,
  audit: `read back every ${auditIntervalMs / 1000} s`,
  isolation: `${fall} silences of ${checkTimeoutMs} ms`,
  command: 'a new process each time',
} as const
