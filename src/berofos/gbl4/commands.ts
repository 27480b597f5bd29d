import { dotted, type FieldValues, type Layout, mac, raw, rest, u8, u16 } from './layout.ts'

/** UDP port of every berofos. */
export const gbl4Port = 50123

/** Bytes of the flash that go into one FLASH_PAGE. */
export const pageBytes = 512

interface CommandRow {
  /** The command byte, the same in the answer. */
  readonly number: number
  readonly request: Layout
  readonly answer: Layout
  /** How long an answer may take. */
  readonly timeoutMs: number
}

// What the vendor's tool waits.
const usualMs = 3000
const resetMs = 8000

/** An answer that carries nothing anyone knows. */
const anything = { payload: rest }
const outcome = { mac, errcode: u8 }
const echoedPing = { mac, number: u16 }
const echoedKick = { mac, zero: u8 }

/** Every command of GBL4 and what its datagrams carry. */
export const commands = {
  getNetconf: {
    number: 1,
    timeoutMs: usualMs,
    request: {},
    answer: {
      mac,
      hwmagic: u16,
      bootMajor: u8,
      bootMinor: u8,
      firmwareMajor: u8,
      firmwareMinor: u8,
      devmode: u8,
      address: dotted,
      netmask: dotted,
      gateway: dotted,
      phyconf: u8,
      phystate: u8,
      options: u8,
      httpPort: u16,
    },
  },
  setNetconf: {
    number: 2,
    timeoutMs: usualMs,
    request: {
      mac,
      address: dotted,
      netmask: dotted,
      gateway: dotted,
      phyconf: u8,
      options: u8,
      httpPort: u16,
    },
    answer: outcome,
  },
  flashPrep: { number: 3, timeoutMs: usualMs, request: { mac, pages: u16, crc: u8 }, answer: anything },
  flashPage: {
    number: 4,
    timeoutMs: usualMs,
    request: { mac, index: u16, data: raw(pageBytes) },
    answer: anything,
  },
  reset: { number: 5, timeoutMs: resetMs, request: { mac }, answer: outcome },
  ping: { number: 9, timeoutMs: usualMs, request: echoedPing, answer: echoedPing },
  kick: { number: 11, timeoutMs: usualMs, request: echoedKick, answer: echoedKick },
} as const satisfies Record<string, CommandRow>

export type CommandName = keyof typeof commands
export type RequestFields<N extends CommandName> = FieldValues<(typeof commands)[N]['request']>
export type AnswerFields<N extends CommandName> = FieldValues<(typeof commands)[N]['answer']>

/** What a berofos says it is; anything else is another product of beroNet. */
export const berofosMagics: readonly number[] = [0x0050, 0x00bb]

/** `devmode` in flash mode; 0: in operation. */
export const flashDevmode = 1

/** `options` of the network configuration. */
export const optionBits = { dhcp: 0x01, httpAuth: 0x02, ipAcl: 0x04 } as const

/** `phyconf` as it is written; automatic may read 0xff as well. */
export const phyconfs = { auto: 0x03, mbit10: 0x01, mbit100: 0x02 } as const
