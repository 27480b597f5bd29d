import type { LookUp } from '../../net/resolve.ts'
import type { DeviceAddress, DeviceClock, DeviceError, DeviceReply, SettableDevice } from '../device.ts'
import { createHostAddress, type HostAddress } from '../host-address.ts'
import { parseConfigPage } from './config-page.ts'
import { type Exchanged, exchange } from './exchange.ts'
import {
  aborted,
  garbage,
  loginImpossible,
  loginMissing,
  loginWeaker,
  loginWrong,
  nameUnknown,
  refused,
  unreachable,
} from './failures.ts'
import { createLoginMemory, type LoginMemory } from './login.ts'
import type { Reply } from './reply.ts'
import { readTarget, requestHead, targetFor } from './request.ts'
import { type Call, createTurns } from './turns.ts'

/**
 * A berofos over HTTP. Nothing is opened before the first call, and nothing stays open between calls. `lookUp`
 * replaces the system's name look-up.
 */
export function openDevice(address: DeviceAddress, clock: DeviceClock, lookUp?: LookUp): SettableDevice {
  const where = `${address.host} port ${address.port}`
  const line: Line = {
    address,
    where,
    host: createHostAddress(address.host, clock, { ...address, lookUp }),
    login: createLoginMemory(address.login),
  }
  const turns = createTurns(where, address.timeoutMs, clock)
  const writeAll: SettableDevice['writeAll'] = (values, signal, sent) => {
    const target = targetFor(values)
    if (!target.ok) return Promise.resolve(target)
    const work = async (call: Call): Promise<DeviceReply<null>> => {
      const reply = await ask(line, target.value, call)
      return reply.ok ? { ok: true, value: null } : reply
    }
    return turns.take(work, signal, { sent })
  }
  return {
    read: (signal, reached) =>
      turns.take(
        async call => {
          const reply = await ask(line, readTarget, call)
          return reply.ok ? readingOf(reply.value, where) : reply
        },
        signal,
        { reached },
      ),
    write: (keyword, value, signal, sent) => writeAll({ [keyword]: value }, signal, sent),
    writeAll,
    moved: move => openDevice({ ...address, ...move }, clock, lookUp),
    close: turns.close,
  }
}

/** All that is remembered of one device between calls. */
interface Line {
  readonly address: DeviceAddress
  readonly where: string
  readonly host: HostAddress
  readonly login: LoginMemory
}

interface Answer {
  readonly reply: Reply
  /** Why its body is not whole; null: it is. */
  readonly flaw: string | null
}

/** Asks, answers challenges, and gives back a reply of status 2xx only. */
async function ask(line: Line, target: string, call: Call): Promise<DeviceReply<Answer>> {
  const { address, where, host, login } = line
  const found = await host.resolve(call.stop)
  if (!found) return fail(nameUnknown(address.host, null))
  if (!found.ok) return fail(nameUnknown(address.host, found.systemCode))
  const [{ address: ip }] = found.value

  for (let answers = 0; ; answers++) {
    const head = requestHead(target, address.host, address.port, login.authorization(target))
    const exchanged = await exchange(ip, address.port, head, call)
    if (exchanged.kind !== 'reply') {
      if (call.foundNobody) host.missed(ip)
      return fail(failureOf(exchanged, where))
    }
    const { reply, flaw } = exchanged
    host.worked(ip)
    if (reply.status >= 200 && reply.status < 300) return { ok: true, value: { reply, flaw } }
    if (reply.status !== 401) return fail(refused(where, reply.status))
    const next = login.refused(reply, answers)
    if (next !== 'ask again') return fail(loginFailures[next](where, address.loginSource ?? 'section'))
  }
}

const loginFailures = {
  missing: loginMissing,
  wrong: loginWrong,
  impossible: loginImpossible,
  weaker: loginWeaker,
}

function failureOf(exchanged: Exclude<Exchanged, { kind: 'reply' }>, where: string): DeviceError {
  if (exchanged.kind === 'unreachable') return unreachable(where, exchanged.systemCode)
  return exchanged.kind === 'garbage'
    ? garbage(where, exchanged.why)
    : aborted(where, 'the time was up', false)
}

function readingOf({ reply, flaw }: Answer, where: string) {
  const page = parseConfigPage(reply.body.toString('utf8'), flaw)
  return page.ok ? ({ ok: true, value: page.reading } as const) : fail(garbage(where, page.error))
}

function fail(error: DeviceError): { readonly ok: false; readonly error: DeviceError } {
  return { ok: false, error }
}
