import type { RelayLine } from './relay-lines.ts'
import { failed, type Outcome, type RelayStep, recovered } from './relay-outcome.ts'
import type { RelayState } from './relay-state.ts'

/**
 * Nothing is to be done about the mode now. The watchdog comes first: kept off, or on where the site has one and the
 * lines go through the server.
 */
export function restWithWatchdog(relay: RelayState, rest: RelayStep, lines: RelayLine[]): Outcome {
  const write = relay.watchdogKept ? wantedOn(relay) : wantedOff(relay)
  if (write === null) return { relay: recovered({ ...relay, wdogSent: false }, lines), lines, next: rest }
  if (relay.wdogSent) return failed(relay, write.stubborn, lines)
  if (!relay.error) lines.push({ severity: 'warning', text: `${relay.name}: ${write.why}` })
  return { relay: { ...relay, wdogSent: true }, lines, next: write.step }
}

interface WatchdogWrite {
  readonly step: RelayStep
  readonly why: string
  readonly stubborn: { readonly code: string; readonly text: string }
}

/** Lines that are bypassed need no watchdog, and its trip is what the device says of that. */
function wantedOn({ wdog, wanted }: RelayState): WatchdogWrite | null {
  if (wanted === 0 || wdog === null || wdog === 1) return null
  if (wdog === 0)
    return {
      step: { kind: 'write', keyword: 'wdog', mode: 1 },
      why: 'its watchdog was off and is being turned on',
      stubborn: { code: 'wdog', text: 'took wdog=1 but its watchdog is still off' },
    }
  return {
    step: { kind: 'write', keyword: 'wdogstate', mode: 1 },
    why: 'its watchdog reads tripped and is being cleared',
    stubborn: { code: 'wdog', text: 'took wdog=1 and wdogstate=1 but its watchdog still reads tripped' },
  }
}

function wantedOff({ wdog }: RelayState): WatchdogWrite | null {
  if (wdog === null || wdog === 0) return null
  return {
    step: { kind: 'write', keyword: 'wdog', mode: 0 },
    why: 'its watchdog was on and is being turned off',
    stubborn: { code: 'wdog', text: 'took wdog=0 but its watchdog is still on' },
  }
}
