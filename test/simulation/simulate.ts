import { actionRows, heal } from './actions.ts'
import { type Fact, factText } from './facts.ts'
import { invariants } from './invariants.ts'
import { inPairWords } from './pair-words.ts'
import type { Plan, PlanStep } from './plan.ts'
import { restMs } from './rest.ts'
import { runUntil } from './timeline.ts'
import { viewOf } from './view.ts'
import { World } from './world.ts'

export interface Violation {
  readonly invariant: string
  readonly text: string
  /** Milliseconds since the beginning. */
  readonly at: number
}

export interface Outcome {
  readonly violation: Violation | null
  /** One line an event, when asked for. */
  readonly story: readonly string[]
  readonly tally: Tally
}

/** What happened how often. */
export interface Tally {
  readonly ms: number
  readonly steps: number
  readonly facts: Readonly<Record<string, number>>
}

/** Lets one history happen and judges every step of it. The same plan gives the same history, byte for byte. */
export async function simulate(plan: Plan, { story = false } = {}): Promise<Outcome> {
  const lines: string[] = []
  const facts: Record<string, number> = {}
  const followers = invariants.map(({ name, follow }) => ({ name, judge: follow() }))
  let violation: Violation | null = null
  let steps = 0

  let view: ReturnType<typeof viewOf> | null = null
  const watch = (fact: Fact, inWorld: World) => {
    view ??= viewOf(inWorld)
    const told = plan.site.bypass ? inPairWords(fact) : fact
    view.hear(told)
    count(facts, told)
    if (story) tellStory(lines, fact, inWorld)
    for (const { name, judge } of followers) {
      const text = judge(told, view)
      if (text === null || violation) continue
      violation = { invariant: name, text, at: view.now }
      if (story) lines.push(`${stamp(view.now)} VIOLATION of ${name}: ${text}`)
    }
  }
  const { seed, pace, site, wall } = plan
  const trace = (text: string) => void lines.push(`${stamp(world.timeline.now)}    ${text}`)
  const world = new World({ seed, pace, site, wall, watch, ...(story ? { trace } : {}) })
  let ended = false
  follow(world, plan.steps, () => {
    ended = true
  })
  world.boot()
  await runUntil(world.timeline, () => {
    steps += 1
    return ended || violation !== null
  })
  world.close()
  return { violation, story: lines, tally: { ms: world.timeline.now, steps, facts } }
}

const calmText = {
  all: 'all is put right',
  'all but the master': 'all but the master is put right; the master is dead',
}

/** Lets one step of the plan after the other happen, then calls `end`. */
export function follow(world: World, [step, ...rest]: readonly PlanStep[], end: () => void): void {
  if (step === undefined) {
    end()
    return
  }
  const next = () => follow(world, rest, end)
  world.timeline.after(step.afterMs, () => {
    if ('action' in step) {
      const { text, run } = actionRows[step.action]
      world.tell({ is: 'done', text: text(step.argument, seconds => Number(seconds) * world.pace) })
      run(world, step.argument)
      return next()
    }
    world.tell({ is: 'done', text: calmText[step.calm] })
    heal(world, step.calm === 'all but the master')
    letRest(world, () => {
      world.tell({ is: 'calm' })
      next()
    })
  })
}

/** A pause and an override. */
const mostOrders = 2

/** For as long as a world needs that was put right. Where an order comes to its end meanwhile, that begins it anew. */
function letRest(world: World, then: () => void, anew = mostOrders): void {
  const began = world.timeline.now
  world.timeline.after(restMs(world.site, world.pace), () => {
    const last = world.orderEndedAt
    if (anew === 0 || last === null || last < began) return then()
    letRest(world, then, anew - 1)
  })
}

function count(facts: Record<string, number>, fact: Fact): void {
  const [word] =
    fact.is === 'line' ? (/^(?:failover|failback|forced|switched|drift)(?=:| fos)/.exec(fact.text) ?? []) : []
  const more = fact.is === 'probed' && fact.outcome === 'failed' ? ['failed'] : []
  for (const key of [word ?? fact.is, ...more]) facts[key] = (facts[key] ?? 0) + 1
}

function tellStory(lines: string[], fact: Fact, { site, timeline }: World): void {
  const text = factText(fact, site)
  if (text !== null) lines.push(`${stamp(timeline.now)} ${text}`)
}

/** `  1:02:03.456` */
function stamp(ms: number): string {
  const s = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
  return `${clock}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`.padStart(12)
}
