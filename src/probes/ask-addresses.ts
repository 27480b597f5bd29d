import type { CheckSettings } from '../core/settings.ts'
import { type Address, type Resolve, resolve } from '../net/resolve.ts'
import type { Timer } from '../system/clock.ts'
import { isOwnAddress } from '../system/own-address.ts'
import { type Attempt, askSafely, type Outcome, partOf } from './attempt.ts'

/** The host of a check. */
export type AskedHost = Pick<CheckSettings, 'host' | 'onThisNode'>

/** Asks one address of the host; must not outlive the attempt that it is given. */
export type AskAddress = (running: Attempt, address: Address) => void | Promise<void>

/**
 * So long an address is asked alone before the next one is asked as well, or an equal share of what remains of the
 * deadline, if that is less: RFC 8305 (5) recommends 250 ms.
 */
const aloneMs = 250

/**
 * Asks a host at its addresses, one after the other: the next one after `aloneMs`, or at once when the one before has
 * failed. The first answer wins. Without any answer one failure is a failure, whatever could not be asked besides.
 */
export async function askAddresses(
  whole: Attempt,
  target: AskedHost,
  ask: AskAddress,
  find: Resolve = resolve,
): Promise<void> {
  const addresses = await addressesFor(whole, target, find)
  const [only] = addresses
  if (only && addresses.length === 1) await ask(whole, only)
  else askInTurn(whole, addresses, ask)
}

/** The addresses of `host` that are not this node's, unless it is to be asked; none: the attempt is over (`inconclusive`). */
async function addressesFor(
  whole: Attempt,
  { host, onThisNode }: AskedHost,
  find: Resolve,
): Promise<readonly Address[]> {
  whole.blameDeadlineOn(`the resolver of this node did not answer for ${host}`)
  const found = await find(host, whole.remainingMs(), whole.clock, whole.signal)
  whole.blameDeadlineOn(null)
  if (!found.ok) whole.settle('inconclusive', found.detail)
  if (!found.ok || whole.signal.aborted) return []
  if (onThisNode) return found.value
  const own = await Promise.all(found.value.map(({ address }) => isOwnAddress(address)))
  const foreign = found.value.filter((_, index) => !own[index])
  if (foreign.length === 0) whole.settle('inconclusive', ownText(found.value[0].address))
  return whole.signal.aborted ? [] : foreign
}

/**
 * A floating address that came to this node would answer for the master: then nothing is known about the master. Asked
 * at each probe, since it may come at any time.
 */
export function ownText(address: string): string {
  return `${address} is an address of this node itself: name one that only the master has`
}

function askInTurn(whole: Attempt, addresses: readonly Address[], ask: AskAddress): void {
  const waiting = [...addresses]
  const failures: { readonly outcome: Outcome; readonly detail: string }[] = []
  let timer: Timer | null = null
  let isAnswered = false
  whole.atEnd(() => timer?.cancel())

  const startNext = () => {
    timer?.cancel()
    const address = isAnswered || whole.signal.aborted ? undefined : waiting.shift()
    if (address === undefined) return
    const shareMs = whole.remainingMs() / (waiting.length + 1)
    if (waiting.length > 0) timer = whole.clock.after(Math.min(aloneMs, shareMs), startNext)
    const part = partOf(whole, (outcome, detail) => {
      isAnswered ||= outcome === 'answered'
      if (isAnswered) return
      failures.push({ outcome, detail: `${address.address}: ${detail}` })
      if (failures.length === addresses.length) whole.settle(worstOf(failures), detailOf(failures))
      else startNext()
    })
    void askSafely(part, running => ask(running, address))
  }
  startNext()
}

function worstOf(failures: readonly { readonly outcome: Outcome }[]): Outcome {
  return failures.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'inconclusive'
}

function detailOf(failures: readonly { readonly detail: string }[]): string {
  return failures.map(({ detail }) => detail).join(', ')
}
