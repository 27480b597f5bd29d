import { createAlarm } from './alarm.ts'
import { encodeRequest, xorOf } from './codec.ts'
import { commands, flashDevmode, gbl4Port, pageBytes } from './commands.ts'
import { deliverPage, type PageDelivery } from './page-delivery.ts'
import { createPageLanes, isFrom } from './page-lanes.ts'
import { createPageTiming, pageTries } from './page-timing.ts'
import { done, failed, flashModeCure, type Gbl4Options, type Gbl4Reply, type Gbl4Target } from './reply.ts'
import { readNetconf } from './scan.ts'

export interface FlashProgress {
  readonly pages: number
  readonly totalPages: number
  readonly bytesPerSecond: number
  readonly remainingMs: number
}

export interface FlashOptions extends Gbl4Options {
  /** After each page. */
  readonly onProgress?: (progress: FlashProgress) => void
}

export interface FlashReport {
  readonly pages: number
  /** Pages that had to be sent again, each time counted. */
  readonly repeats: number
  readonly ms: number
}

/**
 * The largest file: FLASH_PREP gives the number of pages in 16 bits. What a device's flash really holds it does not
 * tell, so no smaller limit can be known.
 */
export const mostFileBytes = 0xffff * pageBytes

/** The device may have to erase its flash first, so it is asked again only after a whole time-out. */
const prepTries = 3

/**
 * Writes the file into a device in flash mode, page by page; it takes effect when the device restarts. Without a
 * host the device is looked for by broadcast, and the pages go to the address that it answers from.
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
  const port = options.port ?? gbl4Port
  const lanes = createPageLanes(from, port)
  const alarm = createAlarm(options.clock)
  const way = { lanes, alarm, clock: options.clock, signal: options.signal, isDevice: isFrom(from, port) }
  try {
    return await writeFile({ mac, file, totalPages: Math.ceil(file.length / pageBytes), way }, options)
  } finally {
    alarm.close()
    lanes.close()
  }
}

type Way = Omit<PageDelivery, 'command' | 'tries' | 'waitMs'>

/** What is to be written where, and how to get there. */
interface Job {
  readonly mac: string
  readonly file: Uint8Array
  readonly totalPages: number
  readonly way: Way
}

async function writeFile(job: Job, options: FlashOptions): Promise<Gbl4Reply<FlashReport>> {
  const notPrepared = await prepare(job, options.timeoutMs ?? commands.flashPrep.timeoutMs)
  if (notPrepared !== null)
    return givenUp(options, `${job.mac} was not prepared for flashing, ${notPrepared}: no page was written`)
  const written = await writePages(job, options)
  if (typeof written !== 'string') return done(written)
  return givenUp(
    options,
    `${job.mac} was not flashed to the end, ${written}: flash it again before it restarts`,
  )
}

/** Why not; null: it is prepared. */
async function prepare({ mac, file, totalPages, way }: Job, timeoutMs: number): Promise<string | null> {
  const request = encodeRequest('flashPrep', { mac, pages: totalPages, crc: xorOf(file) })
  const delivered = await deliverPage(0, request, {
    ...way,
    command: 'flashPrep',
    tries: prepTries,
    waitMs: () => timeoutMs,
  })
  // A doubled answer must not arrive where that of the first page is waited for.
  way.lanes.spoil(0)
  return delivered.ok ? null : delivered.why
}

/** The report, or why it ended early. */
async function writePages(job: Job, { onProgress }: FlashOptions): Promise<FlashReport | string> {
  const { totalPages, way } = job
  const timing = createPageTiming()
  const delivery = { ...way, command: 'flashPage', tries: pageTries, waitMs: timing.waitMs } as const
  const fromMono = way.clock.mono()
  let repeats = 0
  let request = pageRequest(job, 0)
  for (let index = 0; index < totalPages; index++) {
    const delivering = deliverPage(index, request, delivery)
    // While the device works: its time is what the rate is made of.
    request = pageRequest(job, index + 1)
    const delivered = await delivering
    if (!delivered.ok) return `page ${index + 1} of ${totalPages}: ${delivered.why}`
    if (delivered.sends === 1) timing.took(delivered.ms)
    repeats += delivered.sends - 1
    onProgress?.(progressOf(index + 1, job, way.clock.mono() - fromMono))
  }
  return { pages: totalPages, repeats, ms: way.clock.mono() - fromMono }
}

/** Beyond the last page it is of no use, and never sent. */
function pageRequest({ mac, file }: Job, index: number): Buffer {
  const data = file.subarray(index * pageBytes, (index + 1) * pageBytes)
  return encodeRequest('flashPage', { mac, index: index & 0xffff, data })
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
