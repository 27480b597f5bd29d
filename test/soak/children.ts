import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Happening } from './record.ts'
import { monoMs } from './shared-clock.ts'

/** A part of the world in a process of its own: orders go there, happenings come back. */
export interface Child<Order, Answer> {
  readonly pid: number
  /** Rejects when the process is gone. */
  ask(order: Order): Promise<Answer>
  close(): Promise<void>
}

interface ToChild<Order> {
  readonly id: number
  readonly order: Order
}
type ToParent<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: string }
  | { readonly happening: Happening }

/** Resolves when it is there and has answered `hello`. */
export async function startChild<Order, Answer>(
  file: string,
  args: readonly string[],
  note: (happening: Happening) => void,
  hello: Order,
): Promise<Child<Order, Answer>> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = fork(path, [...args], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let asked = 0
  child.on('message', (message: ToParent<Answer>) => {
    if ('happening' in message) return note(message.happening)
    const asker = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) asker?.reject(new Error(message.error))
    else asker?.resolve(message.answer)
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended: ${code ?? signal}`))
    waiting.clear()
  })
  const ask = (order: Order) =>
    new Promise<Answer>((resolve, reject) => {
      asked += 1
      waiting.set(asked, { resolve, reject })
      child.send({ id: asked, order } satisfies ToChild<Order>, error => error && reject(error))
    })
  await ask(hello)
  return { pid: child.pid ?? 0, ask, close: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

/** The child's side: orders are carried out one after the other; the process ends with its parent. */
export function serveParent<Order>(carryOut: (order: Order) => unknown): void {
  let turn: Promise<void> = Promise.resolve()
  // Ctrl-C reaches the whole foreground group; a child ends when its parent says so, or is gone.
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit(0))
  process.on('message', ({ id, order }: ToChild<Order>) => {
    turn = turn.then(async () => {
      try {
        tell({ id, answer: await carryOut(order) })
      } catch (error) {
        tell({ id, error: String(error) })
      }
    })
  })
}

export function noteToParent(happening: Happening): void {
  tell({ happening })
}

/** A timer this late means that the process did not run. */
const starvedMs = 150

/** Notes when this process was kept from running. */
export function watchStarving(who: string, note: (happening: Happening) => void): { stop(): void } {
  const everyMs = 50
  let last = monoMs()
  const timer = setInterval(() => {
    const now = monoMs()
    const ms = now - last - everyMs
    if (ms > starvedMs) note({ kind: 'starved', at: now, who, ms })
    last = now
  }, everyMs)
  return { stop: () => clearInterval(timer) }
}

function tell(message: ToParent<unknown>): void {
  if (process.connected) process.send?.(message)
}
