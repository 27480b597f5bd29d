import { endAfter } from '../../net/deadline.ts'
import { destinationOf } from './client.ts'
import { encodeRequest, xorOf } from './codec.ts'
import { commands, flashDevmode, gbl4Port, pageBytes } from './commands.ts'
import { type Delivered, type Delivery, deliver } from './datagram-delivery.ts'
import { done, failed, flashModeCure, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'
import { readNetconf } from './scan.ts'
import { openLink } from './udp-link.ts'

export interface FlashProgress {
  readonly pages: number
  readonly totalPages: number
  readonly bytesPerSecond: number
  readonly remainingMs: number
}

export interface FlashOptions extends Gbl4Options {
  /** After each page. */
  readonly onProgress?: (progress: FlashProgress) => void
  /** The file is sent once more from its beginning; why, as half a sentence. */
  readonly onRestart?: (why: string) => void
}

export interface FlashReport {
  /** Numbers, from 1, of the pages that were sent more than once and acknowledged once. */
  readonly repeated: readonly number[]
  /** How often the file was begun. */
  readonly passes: number
}

/**
 * The largest file: FLASH_PREP gives the number of pages in 16 bits. What a device's flash really holds it does not
 * tell, so no smaller limit can be known.
 */
export const mostFileBytes = 0xffff * pageBytes

/** How often the file is begun. In the last pass pages may be repeated. */
const mostPasses = 3
/** A repeated preparation does no harm: it begins the file anew. */
const prepTries = 3
const pageTries = 4
/** A device takes tens of milliseconds for a page, and longer where it erases its flash on the way. */
const leastWaitMs = 1000

/**
 * Writes the file into a device in flash mode, page by page; it takes effect when the device restarts. Without a
 * host the device is looked for by broadcast, and the pages go to the address that it answers from.
 *
 * An acknowledgement does not say which page it is for, and it is not known whether a device puts a page where its
 * index says or behind the one before. So only what is right on both is done: one page at a time, and a page that is
 * not acknowledged within twice the time-out makes the whole file begin anew, from the preparation, as when the
 * command is given again. Only in the last pass, on a network that loses too much for that, a page is repeated; when
 * it is then acknowledged twice the device has it twice, and the flashing has failed.
 */
export async function flash(
  target: Gbl4Target,
  file: Uint8Array,
  options: FlashOptions,
): Promise<Gbl4Reply<FlashReport>> {
  if (file.length === 0) return failed('value', 'the file is empty: it is no firmware')
  if (file.length > mostFileBytes)
    return failed('value', `the file has ${file.length} bytes: more than ${mostFileBytes} are no firmware`)
  const device = await readNetconf(target, options)
  if (!device.ok) return device
  const { mac, devmode, from } = device.value
  if (devmode !== flashDevmode)
    return failed('mode', `${mac} at ${from} is not in flash mode: ${flashModeCure}`)
  const opened = await openLink(await addressOf(target, from, options), options.port ?? gbl4Port)
  if (!opened.ok) return failed('unreachable', `no socket could be opened (${opened.systemCode})`)
  try {
    const { clock, signal } = options
    const waitMs = Math.max(leastWaitMs, options.timeoutMs ?? commands.flashPage.timeoutMs)
    const way = { link: opened.link, clock, signal, waitMs }
    return await writeFile({ mac, file, totalPages: Math.ceil(file.length / pageBytes), way }, options)
  } finally {
    opened.link.close()
  }
}

/** Where the pages go: where the device was asked; where that was everywhere, the address that it answered from. */
async function addressOf({ host }: Gbl4Target, from: string, options: Gbl4Options): Promise<string> {
  const end = endAfter(options.clock, commands.getNetconf.timeoutMs, [options.signal])
  const found = await destinationOf(host, options, end.signal)
  end.release()
  const asked = found?.ok && found.value.single ? found.value.address : null
  return asked ?? from
}

/** What is to be written where, and how to get there. */
interface Job {
  readonly mac: string
  readonly file: Uint8Array
  readonly totalPages: number
  readonly way: Omit<Delivery, 'command' | 'tries'>
}

async function writeFile(job: Job, options: FlashOptions): Promise<Gbl4Reply<FlashReport>> {
  const { mac } = job
  let before = ''
  for (let pass = 1; ; pass++) {
    const prepared = await prepare(job)
    if (!prepared.ok && before === '')
      return givenUp(options, `${mac} was not prepared for flashing, ${prepared.why}: no page was written`)
    const written = prepared.ok ? await writePages(job, pass === mostPasses, options) : before
    if (typeof written !== 'string') return done({ ...written, passes: pass })
    if (!prepared.ok || pass === mostPasses || options.signal?.aborted)
      return givenUp(
        options,
        `${mac} was not flashed to the end, ${written}: flash it again before it restarts`,
      )
    options.onRestart?.(written)
    before = written
  }
}

function prepare({ mac, file, totalPages, way }: Job): Promise<Delivered> {
  const request = encodeRequest('flashPrep', { mac, pages: totalPages, crc: xorOf(file) })
  return deliver(request, { ...way, command: 'flashPrep', tries: prepTries })
}

/** The report, or why it ended early. `repeating`: whether a page may be sent more than once. */
async function writePages(
  job: Job,
  repeating: boolean,
  { onProgress }: FlashOptions,
): Promise<Pick<FlashReport, 'repeated'> | string> {
  const { totalPages, way } = job
  const sending = repeating ? { tries: pageTries } : { tries: 1, waitMs: 2 * way.waitMs }
  const fromMono = way.clock.mono()
  const repeated: number[] = []
  for (let index = 0; index < totalPages; index++) {
    const name = `page ${index + 1} of ${totalPages}`
    const delivered = await deliver(pageRequest(job, index), { ...way, ...sending, command: 'flashPage' })
    if (!delivered.ok) return `${name}: ${delivered.why}`
    if (delivered.sends > 1 && delivered.acknowledgements > 1)
      return `${name}: the device has it twice, since it acknowledges later than after ${way.waitMs / 1000} s`
    if (delivered.sends > 1) repeated.push(index + 1)
    onProgress?.(progressOf(index + 1, job, way.clock.mono() - fromMono))
  }
  return { repeated }
}

function pageRequest({ mac, file }: Job, index: number): Buffer {
  const data = file.subarray(index * pageBytes, (index + 1) * pageBytes)
  return encodeRequest('flashPage', { mac, index, data })
}

function givenUp({ signal }: FlashOptions, text: string) {
  return failed(signal?.aborted ? 'aborted' : 'timeout', text)
}

function progressOf(pages: number, { file, totalPages }: Job, ms: number): FlashProgress {
  const bytes = Math.min(pages * pageBytes, file.length)
  return {
    pages,
    totalPages,
    bytesPerSecond: ms > 0 ? Math.round((bytes / ms) * 1000) : 0,
    remainingMs: Math.round((ms / pages) * (totalPages - pages)),
  }
}
