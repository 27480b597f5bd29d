import { encodeAnswer, type Request, xorOf } from '../berofos/gbl4/codec.ts'
import { berofosMagics, type CommandName, optionBits, pageBytes, phyconfs } from '../berofos/gbl4/commands.ts'
import { resetToFactory, type SimulatedDevice } from './simulated-device.ts'
import { kickWatchdog, settleWatchdog } from './simulated-watchdog.ts'

/** A file that is being written into the device. */
interface Upload {
  readonly crc: number
  readonly pages: (Buffer | null)[]
  missing: number
}

/** A device and what GBL4 alone knows of it. */
export interface Gbl4Device {
  readonly device: SimulatedDevice
  /** null: not prepared. */
  upload: Upload | null
  /** Refuses with silence instead of an error code. */
  readonly mute: boolean
}

type RequestOf<N extends CommandName> = Extract<Request, { command: N }>
type Answering = {
  readonly [N in CommandName]: (
    at: Gbl4Device,
    fields: RequestOf<N>['fields'],
    atMono: number,
  ) => Buffer | null
}

/** Does what is asked; null: no answer, as to every request for another MAC. */
export function answerGbl4(at: Gbl4Device, request: Request, atMono: number): Buffer | null {
  const { command, fields } = request
  if ('mac' in fields && fields.mac !== at.device.mac) return null
  settleWatchdog(at.device, atMono)
  const answer = answering[command] as Answering[CommandName]
  return answer(at, fields as never, atMono)
}

const refusedErrcode = 1

const answering: Answering = {
  getNetconf: ({ device }) => encodeAnswer('getNetconf', netconfOf(device)),
  setNetconf(at, fields) {
    if (!at.device.flashMode) return refusal('setNetconf', at)
    takeNetconf(at.device, fields)
    return encodeAnswer('setNetconf', { mac: fields.mac, errcode: 0 })
  },
  // Any answer is a yes to these two: a device that refuses can only say nothing.
  flashPrep(at, { mac, pages, crc }) {
    if (!at.device.flashMode || pages === 0) return null
    at.upload = { crc, pages: new Array<Buffer | null>(pages).fill(null), missing: pages }
    return encodeAnswer('flashPrep', { payload: encodedMac(mac) })
  },
  flashPage(at, { mac, index, data }) {
    const { upload, device } = at
    if (!device.flashMode || !upload || index >= upload.pages.length) return null
    if (upload.pages[index] === null) upload.missing -= 1
    upload.pages[index] = Buffer.from(data)
    stageWhole(device, upload)
    return encodeAnswer('flashPage', { payload: encodedMac(mac) })
  },
  reset(at, { mac }, atMono) {
    if (!at.device.flashMode) return refusal('reset', at)
    resetToFactory(at.device, atMono)
    at.upload = null
    return encodeAnswer('reset', { mac, errcode: 0 })
  },
  ping: (_at, fields) => encodeAnswer('ping', fields),
  kick({ device }, fields, atMono) {
    kickWatchdog(device, atMono)
    return encodeAnswer('kick', fields)
  },
}

function refusal(command: 'setNetconf' | 'reset', { device, mute }: Gbl4Device): Buffer | null {
  return mute ? null : encodeAnswer(command, { mac: device.mac, errcode: refusedErrcode })
}

function netconfOf({ values, firmware, mac, flashMode }: SimulatedDevice) {
  const [firmwareMajor = 0, firmwareMinor = 0] = firmware.split('.').map(Number)
  const text = (keyword: string) => values.get(keyword) ?? '0.0.0.0'
  const bit = (keyword: string, mask: number) => (values.get(keyword) === '1' ? mask : 0)
  return {
    mac,
    hwmagic: berofosMagics[0] ?? 0,
    bootMajor: 1,
    bootMinor: 2,
    firmwareMajor,
    firmwareMinor,
    devmode: flashMode ? 1 : 0,
    address: text('address'),
    netmask: text('netmask'),
    gateway: text('gateway'),
    // Automatic, as it comes from the factory, reads 0xff.
    phyconf: Number(values.get('phyconf') ?? 0xff),
    phystate: 0x07,
    options: bit('dhcp', optionBits.dhcp) | bit('pwd', optionBits.httpAuth),
    httpPort: Number(values.get('port') ?? 80),
  }
}

function takeNetconf({ values }: SimulatedDevice, fields: RequestOf<'setNetconf'>['fields']): void {
  const { address, netmask, gateway, phyconf, options, httpPort } = fields
  const bit = (mask: number) => ((options & mask) === 0 ? '0' : '1')
  for (const [keyword, value] of Object.entries({ address, netmask, gateway })) values.set(keyword, value)
  values.set('dhcp', bit(optionBits.dhcp))
  values.set('pwd', bit(optionBits.httpAuth))
  values.set('port', String(httpPort))
  values.set('phyconf', String(phyconf === phyconfs.auto ? 0xff : phyconf))
}

/** The last page's padding is zeros, which change no XOR. */
function stageWhole(device: SimulatedDevice, { pages, missing, crc }: Upload): void {
  if (missing > 0) return
  const whole = Buffer.concat(pages as Buffer[], pages.length * pageBytes)
  device.stagedFirmware = xorOf(whole) === crc ? whole : null
}

function encodedMac(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex')
}
