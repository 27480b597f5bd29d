import { endWith, type WorkEnd } from '../../net/deadline.ts'
import type { DeviceClock, DeviceError, DeviceReply } from '../device.ts'
import { aborted, timedOut } from './failures.ts'

/** One call whose turn has come. */
export interface Call {
  /** Aborted at the deadline, by the caller, or when the device is closed: then stop at once, leaving nothing. */
  readonly stop: AbortSignal
  /** Set as soon as any byte has come back. */
  heard: boolean
  /** No connection has been made, and it was not the caller who ended it: this address may be a wrong one. */
  readonly foundNobody: boolean
  /** A connection was made. */
  noteReached(): void
  /** The whole request, or one of them, has left. */
  noteSent(): void
}

/** What is told while a call is under way. */
interface CallNews {
  readonly reached?: (() => void) | undefined
  /** Each time that a whole request has left. */
  readonly sent?: (() => void) | undefined
}

/** What is done in a turn; it has to settle soon after `call.stop`, and its answer counts for nothing then. */
type Work<T> = (call: Call) => Promise<DeviceReply<T>>

interface Turns {
  /** Waits for its turn, then does the work within the deadline. Never rejects unless `work` does. */
  take<T>(work: Work<T>, signal?: AbortSignal, news?: CallNews): Promise<DeviceReply<T>>
  /** Ends the call that is running and all that wait; later ones end at once. */
  close(): void
}

/** So many callers may wait for one device: far more than ever should. */
const mostWaiting = 64

/** One call at a time, in order: the device serves one connection at a time. */
export function createTurns(where: string, timeoutMs: number, clock: DeviceClock): Turns {
  const calls = new Set<WorkEnd>()
  const waiting: (() => void)[] = []
  let busy = false
  let closed = false

  function leave() {
    const next = waiting.shift()
    if (next) next()
    else busy = false
  }

  /** Resolves when the turn has come: true, or false when an end came first. */
  function enter(end: AbortSignal): Promise<boolean> {
    if (!busy) {
      busy = true
      return Promise.resolve(true)
    }
    return new Promise(resolve => {
      const go = () => {
        end.removeEventListener('abort', giveUp)
        resolve(true)
      }
      const giveUp = () => {
        waiting.splice(waiting.indexOf(go), 1)
        resolve(false)
      }
      waiting.push(go)
      end.addEventListener('abort', giveUp, { once: true })
    })
  }

  async function take<T>(work: Work<T>, signal?: AbortSignal, news: CallNews = {}): Promise<DeviceReply<T>> {
    if (waiting.length >= mostWaiting)
      return fail(aborted(where, `${mostWaiting} requests wait for it`, false))
    const end = endWith([signal])
    calls.add(end)
    try {
      if (closed || end.signal.aborted || !(await enter(end.signal)))
        return fail(aborted(where, 'it was cancelled', false))
      try {
        return await inTime(work, end, { where, timeoutMs, clock, news })
      } finally {
        leave()
      }
    } finally {
      calls.delete(end)
      end.release()
    }
  }

  return {
    take,
    close() {
      closed = true
      for (const call of [...calls]) call.abort()
    },
  }
}

interface Limits {
  readonly where: string
  readonly timeoutMs: number
  readonly clock: DeviceClock
  readonly news: CallNews
}

async function inTime<T>(work: Work<T>, end: WorkEnd, limits: Limits): Promise<DeviceReply<T>> {
  const { where, timeoutMs, clock, news } = limits
  let reached = false
  let sent = false
  end.limit(clock, timeoutMs)
  const call: Call = {
    stop: end.signal,
    heard: false,
    get foundNobody() {
      return !reached && !end.isCancelled
    },
    noteReached() {
      reached = true
      news.reached?.()
    },
    noteSent() {
      sent = true
      news.sent?.()
    },
  }
  const reply = await work(call)
  // What could be made of an answer that was not whole when the time was up counts.
  if (reply.ok && !end.isCancelled) return reply
  const { heard } = call
  const cutOff = end.isLate
    ? timedOut(where, timeoutMs, heard, heard || reached)
    : aborted(where, 'it was cancelled', heard)
  // Late, and it is known why: its name was not resolved.
  const isWhy = !reply.ok && (!end.signal.aborted || (end.isLate && reply.error.code === 'unreachable'))
  const error = isWhy ? reply.error : cutOff
  return fail({ ...error, answered: error.answered || heard || reached, ...(sent ? { sent: true } : {}) })
}

function fail(error: DeviceError): { readonly ok: false; readonly error: DeviceError } {
  return { ok: false, error }
}
