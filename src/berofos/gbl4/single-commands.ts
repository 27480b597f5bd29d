import { parameterNamed } from '../parameters.ts'
import { at, exchange } from './client.ts'
import { answerPayload, decodeAnswer } from './codec.ts'
import { optionBits, phyconfs } from './commands.ts'
import { macBytes } from './layout.ts'
import { done, failed, flashModeCure, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'

/** Asks for a sign of life. */
export async function ping(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('ping', target, { number: 0 }, options, anyAnswerTo('ping'))
  return answer.ok ? done(null) : answer
}

/** Kicks the watchdog: the device counts its interval anew. */
export async function kick(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('kick', target, { zero: 0 }, options, anyAnswerTo('kick'))
  return answer.ok ? done(null) : answer
}

/** Sets the EEPROM of a device in flash mode to the factory's values. */
export async function reset(target: Gbl4Target, options: Gbl4Options): Promise<Gbl4Reply<null>> {
  const answer = await exchange('reset', target, {}, options, outcomeOf('reset'))
  if (!answer.ok) return answer
  const { errcode } = answer.value
  return errcode === 0 ? done(null) : refusedBy(target, 'the reset', errcode)
}

/** A device's network configuration as it is set; what is null or left out is the default of `bnfos --netconf`. */
export interface NetconfSettings {
  /** Default 0.0.0.0. */
  readonly address?: string | null
  /** Default: by the address's class. */
  readonly netmask?: string | null
  /** Default 0.0.0.0. */
  readonly gateway?: string | null
  /** Default auto. */
  readonly ethernet?: keyof typeof phyconfs | null
  /** Default true. */
  readonly dhcp?: boolean | null
  /** HTTP asks for the password; default false. */
  readonly httpAuth?: boolean | null
  /** 1 to 65535, default 80. */
  readonly httpPort?: number
}

/** Sets the network configuration of a device in flash mode. */
export async function setNetconf(
  target: Gbl4Target,
  settings: NetconfSettings,
  options: Gbl4Options,
): Promise<Gbl4Reply<null>> {
  const { httpPort = 80 } = settings
  const address = settings.address ?? '0.0.0.0'
  const gateway = settings.gateway ?? '0.0.0.0'
  const netmask = settings.netmask ?? classNetmask(address)
  const wrong = wrongSetting({ address, netmask, gateway, httpPort })
  if (wrong !== null) return failed('value', wrong)
  const fields = {
    address,
    netmask,
    gateway,
    phyconf: phyconfs[settings.ethernet ?? 'auto'],
    options: (settings.dhcp === false ? 0 : optionBits.dhcp) | (settings.httpAuth ? optionBits.httpAuth : 0),
    httpPort,
  }
  const answer = await exchange('setNetconf', target, fields, options, outcomeOf('setNetconf'))
  if (!answer.ok) return answer
  const { errcode } = answer.value
  return errcode === 0 ? done(null) : refusedBy(target, 'the network configuration', errcode)
}

/** RFC 791 3.2: the network of class A, B or C that an address belongs to; of the others, none. */
export function classNetmask(address: string): string {
  const first = Number(address.split('.')[0])
  if (first < 128) return '255.0.0.0'
  return first < 192 ? '255.255.0.0' : '255.255.255.0'
}

type Checked = Record<'address' | 'netmask' | 'gateway', string> & { readonly httpPort: number }

function wrongSetting({ address, netmask, gateway, httpPort }: Checked): string | null {
  for (const [name, value] of Object.entries({ address, netmask, gateway })) {
    if (parameterNamed(name)?.codec.encode(value) !== value) return `${name} has to be an IPv4 address`
  }
  // RFC 1112 4: from 224 on they are no addresses of hosts.
  if (Number(address.split('.')[0]) >= 224) return `address ${address} is not one that a device can have`
  if (!isNetmask(netmask)) return `netmask ${netmask} is not a netmask: write one such as 255.255.255.0`
  if (!Number.isInteger(httpPort) || httpPort < 1 || httpPort > 65535)
    return 'the HTTP port has to be a number from 1 to 65535'
  return null
}

/** Ones, then zeros. */
function isNetmask(dotted: string): boolean {
  const bits = dotted.split('.').map(part => Number(part).toString(2).padStart(8, '0'))
  return /^1*0*$/.test(bits.join(''))
}

/** The first three bytes of a MAC are its maker's. */
const makerBytes = 3

/**
 * Any answer to the command is the sign, since the request carried the MAC: not every firmware echoes it exactly. Only
 * one that begins with the MAC of another device of the same maker is that device's.
 */
function anyAnswerTo(command: 'ping' | 'kick') {
  return (datagram: Buffer, mac: string): object | null => {
    const payload = answerPayload(command, datagram)
    const own = macBytes(mac)
    if (!payload || payload.length < own.length) return payload
    const sameMaker = payload.subarray(0, makerBytes).equals(own.subarray(0, makerBytes))
    return sameMaker && !payload.subarray(0, own.length).equals(own) ? null : payload
  }
}

/** The outcome that an answer of the device with this MAC tells; null: it is no such answer. */
function outcomeOf(command: 'setNetconf' | 'reset') {
  return (datagram: Buffer, mac: string): { readonly errcode: number } | null => {
    const answer = decodeAnswer(command, datagram)
    return answer?.mac === mac ? answer : null
  }
}

/** The device said no to `what`. */
function refusedBy(target: Gbl4Target, what: string, errcode: number) {
  const whom = `${target.mac.trim().toUpperCase()}${at(target.host)}`
  return failed(
    'refused',
    `${whom} refused ${what} (error ${errcode}): it takes it in flash mode only, ${flashModeCure}`,
  )
}
