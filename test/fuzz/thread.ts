import { Worker } from 'node:worker_threads'
import { openedSlot } from './opened-slot.ts'
import { problemOf } from './series.ts'
import type { Order, Report, WorkerStart } from './worker.ts'

/** The most that a thread may hold; an input needs a small part of it. */
const mostHeapMb = 512
/** How often it is looked whether a thread goes on. */
const lookMs = 100
/** How long a target may take to load and open. */
const openMs = 60_000

export interface Ear {
  readonly onFind?: (index: number, problem: string) => void
  readonly onLook?: () => void
  /** A single input may take so long. */
  readonly patienceMs: number
}

/** The thread in which inputs run, until one of them kills it. */
export class Thread {
  readonly #worker: Worker
  readonly #beats = new Int32Array(new SharedArrayBuffer(4 * (openedSlot + 1)))
  #hear: (report: Report | string) => void = () => {}
  /** Set when it is lost. */
  lost = false

  /** `module`: the file that exports `targets`; `directory`: for its files, which a thread that is lost leaves. */
  constructor(module: string, directory: string) {
    const start: WorkerStart = { module, beats: this.#beats }
    this.#worker = new Worker(bootstrap, {
      eval: true,
      workerData: start,
      env: { ...process.env, TMPDIR: directory },
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    })
    this.#worker.on('message', (report: Report) => this.#hear(report))
    this.#worker.on('error', error => this.#hear(`kills the process: ${problemOf(error)}`))
    this.#worker.on('exit', code => this.#hear(`ends the process with ${code}`))
  }

  /** How many inputs of the present series were begun. */
  get begun(): number {
    return this.#beats[0] ?? 0
  }

  /** The number of the input that is, or was last, in each lane. */
  lanes(count: number): number[] {
    return [...this.#beats.subarray(1, 1 + count)]
  }

  /** The last report, or how the thread was lost: by then it is gone. */
  async give(order: Order, { onFind, onLook, patienceMs }: Ear): Promise<Report | string> {
    if (order.kind === 'series') this.#beats.fill(order.from)
    this.#beats[0] = 0
    this.#beats[openedSlot] = 0
    let [beat, beatAt] = [0, performance.now()]
    const ended = await new Promise<Report | string>(resolve => {
      this.#hear = report => {
        if (typeof report === 'string' || report.kind !== 'find') resolve(report)
        else onFind?.(report.index, report.problem)
      }
      const look = setInterval(() => {
        onLook?.()
        const now = this.begun + (this.#beats[openedSlot] ?? 0)
        if (now !== beat) [beat, beatAt] = [now, performance.now()]
        const mostMs = this.#beats[openedSlot] === 0 ? openMs : patienceMs
        if (performance.now() - beatAt > mostMs) resolve(`does not end within ${mostMs} ms`)
      }, lookMs)
      this.#end = () => clearInterval(look)
      this.#worker.postMessage(order)
    })
    this.#end()
    this.#hear = () => {}
    if (typeof ended === 'string') await this.close()
    return ended
  }

  async close(): Promise<void> {
    this.lost = true
    await this.#worker.terminate()
  }

  #end: () => void = () => {}
}

/** Node 20 hands a loader given by --import to threads too late for their own file, so the thread registers it. */
const bootstrap = `
  import('tsx/esm/api').then(({ register }) => {
    register()
    return import(${JSON.stringify(new URL('worker.ts', import.meta.url).href)})
  })`
