/** Something that happens at its time. `order` decides between two at the same moment: the one set first. */
interface Due {
  at: number
  readonly order: number
  run: (() => void) | null
  /** Whose timer it is; null: the world's own. */
  readonly owner: Owner | null
}

/** Whoever sets timers and may stand still, or be gone. */
export interface Owner {
  readonly dead: boolean
  /** Nothing of it happens before this moment. */
  readonly stalledUntil: number
}

/** Simulated time: a heap of what is due. Milliseconds since the beginning of the world. */
export class Timeline {
  now = 0
  #order = 0
  readonly #heap: Due[] = []
  #waiting = 0

  /** Timers that are set and not cancelled. */
  get waiting(): number {
    return this.#waiting
  }

  at(at: number, run: () => void, owner: Owner | null = null): { cancel(): void } {
    this.#order += 1
    const due: Due = { at: Math.max(at, this.now), order: this.#order, run, owner }
    this.#waiting += 1
    this.#push(due)
    return {
      cancel: () => {
        if (due.run === null) return
        due.run = null
        this.#waiting -= 1
      },
    }
  }

  after(ms: number, run: () => void, owner: Owner | null = null): { cancel(): void } {
    return this.at(this.now + Math.max(0, ms), run, owner)
  }

  /** Lets the next thing happen; false: there is none. */
  step(): boolean {
    for (let due = this.#heap[0]; due; due = this.#heap[0]) {
      if (due.run === null || due.owner?.dead) {
        this.#pop()
        if (due.run !== null) this.#waiting -= 1
        continue
      }
      if (due.owner && due.owner.stalledUntil > due.at) {
        this.#pop()
        due.at = due.owner.stalledUntil
        this.#push(due)
        continue
      }
      this.#pop()
      this.now = due.at
      const { run } = due
      due.run = null
      this.#waiting -= 1
      run()
      return true
    }
    return false
  }

  #push(due: Due): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(due)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!before(due, heap[parent] as Due)) break
      heap[place] = heap[parent] as Due
      place = parent
    }
    heap[place] = due
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && before(heap[right] as Due, heap[left] as Due) ? right : left
      if (!before(heap[child] as Due, last)) break
      heap[place] = heap[child] as Due
      place = child
    }
    heap[place] = last
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

const stepsPerTurn = 500

/** Runs everything until it is `over`, promises included, without a turn of the real event loop: that is several times faster. */
export function runUntil(timeline: Timeline, over: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = () => {
      try {
        if (over() || !timeline.step()) return resolve()
      } catch (error) {
        return reject(error)
      }
      // A tick that a microtask asks for comes after all microtasks, those they ask for included.
      queueMicrotask(next)
    }
    // What is weakly held is let go of in turns of the event loop only.
    let untilTurn = stepsPerTurn
    const next = () => {
      untilTurn -= 1
      if (untilTurn > 0) return process.nextTick(step)
      untilTurn = stepsPerTurn
      setImmediate(step)
    }
    process.nextTick(step)
  })
}
