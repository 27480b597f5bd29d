import type { Request } from '../../src/control/messages.ts'
import type { Severity } from '../../src/core/role.ts'
import type { RelayMover } from '../../src/simulator/simulated-device.ts'
import type { Site } from './site.ts'
import { placeText } from './site-text.ts'

/** Everything that is seen from outside of the daemon, in its order. The story is made of it, and the invariants judge it. */
export type Fact =
  /** Something was done to the world. */
  | { readonly is: 'done'; readonly text: string }
  | { readonly is: 'born'; readonly life: number }
  | { readonly is: 'up'; readonly life: number }
  | { readonly is: 'died'; readonly life: number; readonly how: string }
  | {
      readonly is: 'probed'
      readonly check: string
      readonly outcome: 'answered' | 'failed' | 'inconclusive'
    }
  /** A relay or witness answered, or a relay answered with something unreadable. */
  | { readonly is: 'heard'; readonly from: string }
  /** A reading reached the daemon; it is as old as `sampledAt`. */
  | { readonly is: 'read'; readonly relay: string; readonly mode: 0 | 1; readonly sampledAt: number }
  /** The daemon sent an order to a device. */
  | { readonly is: 'wrote'; readonly relay: string; readonly keyword: string; readonly value: string }
  /** The whole of such an order has left, to a device that took the connection. */
  | { readonly is: 'told'; readonly relay: string; readonly keyword: string; readonly value: string }
  /** The daemon kicked the watchdog of a device. */
  | { readonly is: 'kicked'; readonly relay: string }
  | { readonly is: 'moved'; readonly relay: string; readonly mode: 0 | 1; readonly by: RelayMover }
  /** A line was given to the log. */
  | { readonly is: 'line'; readonly severity: Severity; readonly text: string }
  /** A line reached the collector. */
  | { readonly is: 'collected'; readonly text: string }
  /** `event`: what the hook is told that it runs for. */
  | {
      readonly is: 'hook'
      readonly name: string
      readonly event: string
      readonly ended: 'yes' | 'no' | null
    }
  /** A device has said over GBL4 who it is. */
  | { readonly is: 'identified'; readonly relay: string; readonly isForeign: boolean }
  /** Somebody beside the daemon did what only one may do at a time. */
  | { readonly is: 'intruded'; readonly who: string; readonly did: string }
  /** A start has looked at what is stored. */
  | { readonly is: 'found' }
  /** A start could not read the state, and found no copy of it. */
  | { readonly is: 'unread' }
  /** A start has found no lock to be had; `later`: one was had since. */
  | { readonly is: 'unlocked'; readonly later: boolean }
  /** An operator asks; `ok` null: no answer yet. */
  | { readonly is: 'ordered'; readonly request: Request; readonly ok: boolean | null }
  /** The state directory lost what was in it, or did not take what was to be saved. */
  | { readonly is: 'forgot' }
  /** The state file was written. */
  | { readonly is: 'saved' }
  /** The machine was booted. */
  | { readonly is: 'booted' }
  | { readonly is: 'stepped'; readonly ms: number }
  | { readonly is: 'stalled'; readonly ms: number }
  /** Nothing was disturbed for long enough: everything has to be as it should. */
  | { readonly is: 'calm' }

/** One line of the story; null: too small to tell. */
export function factText(fact: Fact, site: Site): string | null {
  switch (fact.is) {
    case 'done':
      return `-- ${fact.text}`
    case 'born':
      return `daemon ${fact.life} starts`
    case 'up':
      return `daemon ${fact.life} is up`
    case 'died':
      return `daemon ${fact.life} ${fact.how}`
    case 'probed':
      return fact.outcome === 'answered' ? null : `   check ${fact.check}: ${fact.outcome}`
    case 'heard':
    case 'identified':
    case 'told':
    case 'kicked':
    case 'read':
    case 'collected':
    case 'forgot':
    case 'saved':
    case 'found':
    case 'unlocked':
      return null
    case 'wrote':
      return `   ${fact.relay} <- ${fact.keyword}=${fact.value}`
    case 'moved':
      return `   ${fact.relay} moves to mode=${fact.mode}, ${placeText(site, fact.relay, fact.mode) ?? 'not in bnfos.conf now'} (${fact.by})`
    case 'line':
      return `${fact.severity}: ${fact.text}`
    case 'hook':
      return fact.ended === null ? `   ${fact.name} runs` : `   ${fact.name} ended: ${fact.ended}`
    case 'ordered':
      return fact.ok === null ? null : `   ${fact.request.command}: ${fact.ok ? 'done' : 'refused'}`
    case 'intruded':
      return `   ${fact.who}: ${fact.did}`
    case 'unread':
      return '   the state can not be read'
    case 'booted':
      return '-- the machine is booted'
    case 'stepped':
      return `-- the wall clock steps by ${fact.ms / 1000} s`
    case 'stalled':
      return `-- the daemon stands still for ${fact.ms} ms`
    case 'calm':
      return '-- calm for long enough: everything is looked at'
  }
}
