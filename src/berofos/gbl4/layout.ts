/** One field of a datagram: so many bytes on the wire, and what they mean. */
interface Field<T> {
  /** `rest`: whatever is left, nothing included; only as the last field. */
  readonly bytes: number | 'rest'
  readonly write: (value: T, into: Buffer, at: number) => void
  readonly read: (from: Buffer, at: number) => T
  /** Bytes that this value takes; only for `rest`. */
  readonly sizeOf?: (value: T) => number
}

// biome-ignore lint/suspicious/noExplicitAny: a layout holds fields of any value
export type Layout = Readonly<Record<string, Field<any>>>

/** What a layout's bytes mean, by the names of its fields. */
export type FieldValues<L extends Layout> = {
  readonly [K in keyof L]: L[K] extends Field<infer T> ? T : never
}

/** How many bytes these values take. */
export function sizeOfFields<L extends Layout>(layout: L, values: FieldValues<L>): number {
  let size = 0
  for (const name in layout) size += sizeOfField(layout[name], values[name])
  return size
}

/** Fields → bytes, in the order of the layout. A value that does not fit its field throws: check it before. */
export function writeFields<L extends Layout>(
  layout: L,
  values: FieldValues<L>,
  into: Buffer,
  from: number,
): void {
  let at = from
  for (const name in layout) {
    layout[name]?.write(values[name], into, at)
    at += sizeOfField(layout[name], values[name])
  }
}

/** Bytes → fields; null: they are not exactly as many as the layout has. `longer`: more bytes are ignored. */
export function decodeFields<L extends Layout>(
  layout: L,
  bytes: Buffer,
  { longer = false }: { readonly longer?: boolean } = {},
): FieldValues<L> | null {
  const fields = Object.entries(layout)
  const open = fields.at(-1)?.[1].bytes === 'rest'
  const least = fields.reduce((sum, [, field]) => sum + (field.bytes === 'rest' ? 0 : field.bytes), 0)
  if (bytes.length < least || (bytes.length > least && !open && !longer)) return null
  const values: Record<string, unknown> = {}
  let at = 0
  for (const [name, field] of fields) {
    values[name] = field.read(bytes, at)
    at += field.bytes === 'rest' ? 0 : field.bytes
  }
  return values as FieldValues<L>
}

/** One byte. */
export const u8: Field<number> = {
  bytes: 1,
  write: (value, into, at) => into.writeUInt8(value, at),
  read: (from, at) => from.readUInt8(at),
}

/** Two bytes, big-endian as all numbers of GBL4. */
export const u16: Field<number> = {
  bytes: 2,
  write: (value, into, at) => into.writeUInt16BE(value, at),
  read: (from, at) => from.readUInt16BE(at),
}

/** `10.34.1.20` */
export const dotted: Field<string> = {
  bytes: 4,
  write: (value, into, at) => {
    for (const [index, part] of value.split('.').entries()) into.writeUInt8(Number(part), at + index)
  },
  read: (from, at) => [...from.subarray(at, at + 4)].join('.'),
}

/** `00:19:32:00:12:1D` */
export const mac: Field<string> = {
  bytes: 6,
  write: (value, into, at) => {
    into.set(macBytes(value), at)
  },
  read: (from, at) => macText(from.subarray(at, at + 6)),
}

/** So many bytes as they are; fewer are filled up with zeros. */
export function raw(bytes: number): Field<Uint8Array> {
  return {
    bytes,
    write: (value, into, at) => {
      into.set(value.subarray(0, bytes), at)
      into.fill(0, at + Math.min(value.length, bytes), at + bytes)
    },
    read: (from, at) => from.subarray(at, at + bytes),
  }
}

/** All bytes that are left. */
export const rest: Field<Uint8Array> = {
  bytes: 'rest',
  sizeOf: value => value.length,
  write: (value, into, at) => into.set(value, at),
  read: (from, at) => from.subarray(at),
}

/** A MAC as people type it, in any case, with `:`, `-` or `.` → as it is printed; null: it is not one. */
export function parseMac(typed: string): string | null {
  const text = typed.trim().toUpperCase()
  return /^[\dA-F]{2}([:.-][\dA-F]{2}){5}$/.test(text) ? text.replace(/[.-]/g, ':') : null
}

/** The six bytes of a MAC as it is printed. */
export function macBytes(printed: string): Buffer {
  return Buffer.from(printed.replaceAll(':', ''), 'hex')
}

function sizeOfField<T>(field: Field<T> | undefined, value: T): number {
  return field?.bytes === 'rest' ? (field.sizeOf?.(value) ?? 0) : (field?.bytes ?? 0)
}

function macText(bytes: Buffer): string {
  return [...bytes].map(byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(':')
}
