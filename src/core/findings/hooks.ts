import { failedHooksOf, failureText, undoCure, undoMissing } from '../failed-hooks.ts'
import type { Observer } from './facts.ts'

/** Findings of the operator's hooks; their subject is the hook's name. */
export const hookObservers = {
  'undo-missing': ({ state }) =>
    undoMissing(state).map(failed => ({
      subject: failed.hook,
      sinceWall: failed.atWall,
      text: `${failureText(failed)}: ${undoCure}`,
    })),

  'hook-failed': ({ state }) =>
    failedHooksOf(state)
      .filter(failed => !undoMissing(state).some(({ hook }) => hook === failed.hook))
      .map(failed => ({
        subject: failed.hook,
        sinceWall: failed.atWall,
        text: `hook ${failed.hook} of the latest ${failed.event}: ${failed.detail}: do by hand what it lacks, then 'berofosd resume'`,
      })),
} satisfies Readonly<Record<string, Observer>>
