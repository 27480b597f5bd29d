import { otherRole } from './role.ts'
import { type HookName, hookNames } from './settings.ts'
import type { FailedHooks, HookFailure, State } from './state.ts'

/** A hook whose latest run failed. */
interface FailedHook extends HookFailure {
  readonly hook: HookName
}

/** The hooks whose latest run failed, in their order. */
export function failedHooksOf({ failedHooks }: Pick<State, 'failedHooks'>): FailedHook[] {
  return hookNames.flatMap(hook => {
    const failure = failedHooks[hook]
    return failure ? [{ hook, ...failure }] : []
  })
}

/** Those that were to undo what the other server's hooks did, while the lines are still where they are. */
export function undoMissing(state: Pick<State, 'failedHooks' | 'role'>): FailedHook[] {
  return failedHooksOf(state).filter(({ hook, event }) => event === 'called-off' && hook.endsWith(state.role))
}

/** `hook before_slave: exit status 1; what before_master did may not be undone`. */
export function failureText({ hook, event, detail }: FailedHook): string {
  const undone =
    event === 'called-off' ? `; what before_${otherRole(roleOf(hook))} did may not be undone` : ''
  return `hook ${hook}: ${detail}${undone}`
}

/** What an operator does about it. */
export const undoCure = "undo it by hand, then 'berofosd resume'"

/** The facts after one more run of a hook; `failure` null: it went well. */
export function afterRun(before: FailedHooks, hook: HookName, failure: HookFailure | null): FailedHooks {
  const { [hook]: _, ...others } = before
  if (failure !== null) return { ...others, [hook]: failure }
  return before[hook] ? others : before
}

/** What is left of them when only these hooks count. */
export function onlyOf(hooks: readonly HookName[], before: FailedHooks): FailedHooks {
  return hookNames
    .filter(hook => !hooks.includes(hook))
    .reduce((failed, hook) => afterRun(failed, hook, null), before)
}

function roleOf(hook: HookName) {
  return hook.endsWith('master') ? 'master' : 'slave'
}
