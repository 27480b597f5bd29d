import { failedHooksOf } from './failed-hooks.ts'
import type { Settings } from './settings.ts'
import { siteWords } from './site-words.ts'
import type { Pause, State } from './state.ts'

/** What an operator's order has ended, a clause each: `the override to the slave (works) (by alice)`. */
export function endedBy(facts: BeforeAfter, { site }: Settings): string[] {
  const { before, after } = facts
  const { override, pause } = before
  const { role } = siteWords(site.kind)
  return [
    ...when(pause !== null && pause !== after.pause, `the pause${detailsOf(pause)}`),
    ...when(
      override !== null && override !== after.override,
      `the override to the ${override && role[override.role]}${detailsOf(override)}`,
    ),
    ...when(before.flapping && !after.flapping, 'the hold after too many failovers'),
    ...when(before.loss !== null && after.loss === null, 'the hold after a loss of the stored state'),
    ...when(!before.approved && after.approved, 'the wait of policy = manual, for one failback'),
    ...when(
      before.adopted !== null && after.adopted === null,
      'the notice that the role was taken from the relays',
    ),
    ...failedHooksOf(before)
      .filter(({ hook }) => after.failedHooks[hook] === undefined)
      .map(({ hook }) => `the notice that ${hook} failed`),
  ]
}

/** The facts right before an order and right after it. */
interface BeforeAfter {
  readonly before: State
  readonly after: State
}

function detailsOf(pause: Pause | null): string {
  const { reason = '', by } = pause ?? {}
  return (reason === '' ? '' : ` (${reason})`) + (by === undefined ? '' : ` (by ${by})`)
}

function when(holds: boolean, text: string): string[] {
  return holds ? [text] : []
}
