import { type AnswerFields, type CommandName, commands, type RequestFields } from './commands.ts'
import { decodeFields, type FieldValues, type Layout, sizeOfFields, writeFields } from './layout.ts'

/** A request of any command, as a device sees it. */
export type Request = {
  readonly [N in CommandName]: { readonly command: N; readonly fields: RequestFields<N> }
}[CommandName]

const prefix = Buffer.from('GBL\x04', 'latin1')
/** Prefix and command before the payload, the checksum behind it. */
const headBytes = prefix.length + 1

const byNumber = new Map<number, CommandName>(
  (Object.keys(commands) as CommandName[]).map(name => [commands[name].number, name]),
)

export function encodeRequest<N extends CommandName>(command: N, fields: RequestFields<N>): Buffer {
  return frame(commands[command].number, commands[command].request, fields)
}

export function encodeAnswer<N extends CommandName>(command: N, fields: AnswerFields<N>): Buffer {
  return frame(commands[command].number, commands[command].answer, fields)
}

/** null: prefix, command, length or checksum are not those of a request. */
export function decodeRequest(datagram: Buffer): Request | null {
  const command = byNumber.get(commandByte(datagram))
  if (command === undefined) return null
  const layout: Layout = commands[command].request
  const fields = decodeFields(layout, payloadOf(datagram))
  return fields && ({ command, fields } as Request)
}

/**
 * null: prefix, command or checksum are not those of an answer to this command, or it is too short. A longer one is
 * taken, since a later firmware may have more to say; what follows the known fields is ignored.
 */
export function decodeAnswer<N extends CommandName>(command: N, datagram: Buffer): AnswerFields<N> | null {
  const payload = answerPayload(command, datagram)
  const layout: Layout = commands[command].answer
  return payload && (decodeFields(layout, payload, { longer: true }) as AnswerFields<N> | null)
}

/** What an answer to this command carries, whatever that is; null: it is no answer to this command. */
export function answerPayload(command: CommandName, datagram: Buffer): Buffer | null {
  return commandByte(datagram) === commands[command].number ? payloadOf(datagram) : null
}

/** XOR of all bytes: the checksum of GBL4 and the crc of FLASH_PREP. */
export function xorOf(bytes: Uint8Array): number {
  let sum = 0
  // By index: a for-of takes several times as long, and every page that is flashed goes through here.
  for (let at = 0; at < bytes.length; at++) sum ^= bytes[at] ?? 0
  return sum
}

function frame(number: number, layout: Layout, fields: FieldValues<Layout>): Buffer {
  const end = headBytes + sizeOfFields(layout, fields)
  const bytes = Buffer.allocUnsafe(end + 1)
  prefix.copy(bytes)
  bytes[prefix.length] = number
  writeFields(layout, fields, bytes, headBytes)
  bytes[end] = xorOf(bytes.subarray(0, end))
  return bytes
}

/** -1: too short for a datagram of GBL4, another prefix, or damaged. */
function commandByte(datagram: Buffer): number {
  const whole = datagram.length > headBytes && datagram.subarray(0, prefix.length).equals(prefix)
  return whole && xorOf(datagram) === 0 ? (datagram[prefix.length] ?? -1) : -1
}

function payloadOf(datagram: Buffer): Buffer {
  return datagram.subarray(headBytes, -1)
}
