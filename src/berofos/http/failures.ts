import type { DeviceError, DeviceErrorCode, LoginSource } from '../device.ts'

// What the system calls it → what people know it as, and what to do.
const connectCauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection: is this the address and the HTTP port of the berofos?',
  EHOSTUNREACH: 'is not reached: check its power, its network cable and its address',
  EHOSTDOWN: 'is not reached: check its power, its network cable and its address',
  ENETUNREACH: 'is not reached: this server has no route to its network',
  EADDRNOTAVAIL: 'is not reached: this server has no address to ask from',
  ETIMEDOUT: 'is not reached: check its power, its network cable and its address',
  ECONNRESET: 'closed the connection without an answer: switch it off and on if that goes on',
  EPIPE: 'closed the connection without an answer: switch it off and on if that goes on',
  EACCES: 'may not be asked: a firewall on this server forbids it',
  EPERM: 'may not be asked: a firewall on this server forbids it',
  EMFILE: 'can not be asked: this server has too many files open',
  ENFILE: 'can not be asked: this server has too many files open',
}

// The name stands in bnfos.conf or after -h.
const lookUpCauses: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host: check the name, or put an address in its place',
  EAI_AGAIN: 'no name server answers: put an address in place of the name',
  ENODATA: 'the name has no IPv4 address: put one in its place',
}

/** A failure to connect, or of the connection before anything came back. `where` is `host port N`. */
export function unreachable(where: string, systemCode: string): DeviceError {
  return failure(
    'unreachable',
    `${where} ${connectCauses[systemCode] ?? `is not reached (${systemCode})`}`,
    false,
  )
}

/** The name of the host leads to no address. */
export function nameUnknown(host: string, systemCode: string): DeviceError {
  return failure('unreachable', `${host}: ${lookUpCauses[systemCode] ?? `no address (${systemCode})`}`, false)
}

export function timedOut(where: string, timeoutMs: number, answered: boolean): DeviceError {
  const what = answered ? 'did not finish its answer' : 'did not answer'
  return failure('timeout', `${where} ${what} within ${timeoutMs / 1000} s`, answered)
}

/** Whatever came back, it was not what a berofos says. */
export function garbage(where: string, why: string): DeviceError {
  return failure('garbage', `${where}: ${why}`, true)
}

/** The device understood, and said no. */
export function refused(where: string, status: number): DeviceError {
  const hint = status === 404 ? ': is it a berofos?' : ''
  return failure('refused', `${where} refused the request with HTTP status ${status}${hint}`, true)
}

/** Never sent, because the device could not have made sense of it. */
export function notWritable(why: string): DeviceError {
  return failure('refused', why, false)
}

/** Where a login is given is where it is put right. */
const loginCures: Readonly<Record<LoginSource, { readonly add: string; readonly correct: string }>> = {
  section: {
    add: 'add "login = <user>:<password>" to its section of bnfos.conf',
    correct: 'correct "login" in its section of bnfos.conf',
  },
  option: { add: 'give it with -u <user>:<password>', correct: 'correct -u <user>:<password>' },
}

export function loginMissing(where: string, source: LoginSource = 'section'): DeviceError {
  return failure('login', `${where} wants a login: ${loginCures[source].add}`, true)
}

export function loginWrong(where: string, source: LoginSource = 'section'): DeviceError {
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
