import { parentPort, workerData } from 'node:worker_threads'
import { openedSlot } from './opened-slot.ts'
import { type SeriesResult, tryInput, trySeries } from './series.ts'
import type { Opened, Targets } from './target.ts'

/** What the watchdog tells this thread to do, one thing at a time. */
export type Order =
  | {
      readonly kind: 'series'
      readonly target: string
      readonly seed: string
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'one'; readonly target: string; readonly input: Uint8Array }
/** What it hears back. */
export type Report =
  | { readonly kind: 'find'; readonly index: number; readonly problem: string }
  | ({ readonly kind: 'done' } & SeriesResult)
  | { readonly kind: 'tried'; readonly problem: string | null }

export interface WorkerStart {
  /** The file that exports `targets`. */
  readonly module: string
  /** How many inputs were begun, the number of the input in each lane, and at `openedSlot` whether they run. */
  readonly beats: Int32Array
}

const { module, beats } = workerData as WorkerStart
const { targets } = (await import(module)) as { targets: Targets }
let open: { name: string; opened: Opened } | null = null

parentPort?.on('message', async (order: Order) => {
  const target = targets[order.target]
  if (!target) throw new Error(`no target is called ${order.target}`)
  const opened = await openTarget(order.target)
  Atomics.store(beats, openedSlot, 1)
  if (order.kind === 'one') {
    const { problem } = await tryInput(target, opened, Buffer.from(order.input))
    return say({ kind: 'tried', problem })
  }
  const result = await trySeries(target, opened, {
    ...order,
    onInput(lane, index) {
      Atomics.store(beats, lane + 1, index)
      Atomics.add(beats, 0, 1)
    },
    onFind: (index, problem) => say({ kind: 'find', index, problem }),
  })
  await opened.close?.()
  open = null
  say({ kind: 'done', ...result })
})

async function openTarget(name: string): Promise<Opened> {
  if (open?.name === name) return open.opened
  await open?.opened.close?.()
  const opened = await targets[name]?.open()
  if (!opened) throw new Error(`no target is called ${name}`)
  open = { name, opened }
  return opened
}

function say(report: Report): void {
  parentPort?.postMessage(report)
}
