import type { DeviceError, DeviceErrorCode, LoginSource, NamedCause } from '../device.ts'

/** `said`: the clause in a line about a single try. */
type Cause = Omit<NamedCause, 'where'> & { readonly said?: string }

const cureKnown = 'look at its power, its network cable and the switch'
const notReached = {
  clause: 'is not reached',
  cure: 'check its power, its network cable and its address',
  cureKnown,
} as const
const closed = {
  said: 'closed the connection without an answer',
  clause: 'closes the connection without an answer',
  cure: 'switch it off and on if that goes on',
} as const

// What the system calls it → what people know it as, and what to do.
const connectCauses: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: {
    clause: 'refuses the connection',
    cure: 'is this the address and the HTTP port of the berofos?',
    cureKnown,
  },
  EHOSTUNREACH: notReached,
  EHOSTDOWN: notReached,
  ENETUNREACH: { clause: 'is not reached', cure: 'this server has no route to its network' },
  EADDRNOTAVAIL: { clause: 'is not reached', cure: 'this server has no address to ask from' },
  ETIMEDOUT: notReached,
  ECONNRESET: closed,
  EPIPE: closed,
  EACCES: { clause: 'may not be asked', cure: 'a firewall on this server forbids it' },
  EPERM: { clause: 'may not be asked', cure: 'a firewall on this server forbids it' },
  EMFILE: { clause: 'can not be asked', cure: 'this server has too many files open' },
  ENFILE: { clause: 'can not be asked', cure: 'this server has too many files open' },
}

// The name comes from bnfos.conf or from -h.
const lookUpCauses: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host: check the name, or put an address in its place',
  EAI_AGAIN: 'no name server answers: put an address in place of the name',
  ENODATA: 'the name has no IPv4 address: put one in its place',
}
const noneInTime = 'the name is not resolved, no name server answers in time: put an address in its place'

/** A failure to connect, or of the connection before anything came back. `where` is `host port N`. */
export function unreachable(where: string, systemCode: string): DeviceError {
  const cause = connectCauses[systemCode]
  if (!cause) return failure('unreachable', `${where} is not reached (${systemCode})`, false)
  const { said, ...parts } = cause
  const text = `${where} ${said ?? parts.clause}: ${parts.cure}`
  return { ...failure('unreachable', text, false), cause: { where, ...parts } }
}

/** The name of the host leads to no address. `systemCode` null: the resolver did not answer in time. */
export function nameUnknown(host: string, systemCode: string | null): DeviceError {
  const why = systemCode === null ? noneInTime : (lookUpCauses[systemCode] ?? `no address (${systemCode})`)
  return failure('unreachable', `${host}: ${why}`, false)
}

/** `reached`: the connection was made. `answered`: something came back. */
export function timedOut(
  where: string,
  timeoutMs: number,
  answered: boolean,
  reached = answered,
): DeviceError {
  const what = answered ? 'finish its answer' : 'answer'
  const text = `${where} did not ${what} within ${timeoutMs / 1000} s`
  const { cure } = closed
  const cause = { ...(reached ? { cure } : notReached), where, clause: `does not ${what}` }
  return { ...failure('timeout', text, answered), cause }
}

/** Whatever came back, it was not what a berofos says. */
export function garbage(where: string, why: string): DeviceError {
  return failure('garbage', `${where}: ${why}`, true)
}

/** The device understood, and said no. */
export function refused(where: string, status: number): DeviceError {
  const failed = failure('refused', `${where} refused the request with HTTP status ${status}`, true)
  if (status !== 404) return failed
  const clause = `refuses the request with HTTP status ${status}`
  const cause = { where, clause, cure: 'is it a berofos?', cureKnown: closed.cure }
  return { ...failed, text: `${failed.text}: ${cause.cure}`, cause }
}

/** Never sent, because the device could not have made sense of it. */
export function notWritable(why: string): DeviceError {
  return failure('refused', why, false)
}

/** Where a login is given is where it is corrected. */
const loginCures: Readonly<Record<LoginSource, { readonly add: string; readonly correct: string }>> = {
  section: {
    add: 'add "login = <user>:<password>" to its section of bnfos.conf',
    correct: 'correct "login" in its section of bnfos.conf',
  },
  option: { add: 'give it with -u <user>:<password>', correct: 'correct -u <user>:<password>' },
}

export function loginMissing(where: string, source: LoginSource): DeviceError {
  return failure('login', `${where} wants a login: ${loginCures[source].add}`, true)
}

export function loginWrong(where: string, source: LoginSource): DeviceError {
  return failure('login', `${where} does not accept the login: ${loginCures[source].correct}`, true)
}

/** It asks for something else than Basic or Digest. */
export function loginImpossible(where: string): DeviceError {
  return failure(
    'login',
    `${where} wants a login in a way that is neither Basic nor Digest, so "login" of bnfos.conf is of no use: is it a berofos?`,
    true,
  )
}

/** It asks for the password itself, after it took a proof of it before: that may be somebody in between. */
export function loginWeaker(where: string): DeviceError {
  return failure(
    'login',
    `${where} asks for Basic after it asked for Digest, and is not sent the password: if you set it up so, 'systemctl restart berofosd'`,
    true,
  )
}

export function aborted(where: string, why: string, answered: boolean): DeviceError {
  return failure('aborted', `${where} was not asked to the end: ${why}`, answered)
}

function failure(code: DeviceErrorCode, text: string, answered: boolean): DeviceError {
  return { code, text, answered }
}
