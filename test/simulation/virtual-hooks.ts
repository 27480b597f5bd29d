import type { CommandOptions, CommandResult } from '../../src/system/run-command.ts'
import type { Asker } from './life.ts'
import type { World } from './world.ts'

/** What an operator's command does; the rows hold for all of them until told otherwise. */
export const hookManners = {
  quick: { about: 'say yes at once', ms: 30, code: 0 },
  slow: { about: 'say yes after 4 s', ms: 4000, code: 0 },
  failing: { about: 'say no', ms: 50, code: 1 },
  hanging: { about: 'hang', ms: Number.POSITIVE_INFINITY, code: 0 },
  moody: { about: 'say no now and then', ms: 50, code: 0 },
  deadly: { about: 'kill the daemon', ms: 20, code: 0 },
  absent: { about: 'can not be run', ms: 1, code: null },
} as const satisfies Record<string, { about: string; ms: number; code: number | null }>
export type HookManner = keyof typeof hookManners

/** Runs a command line of the site: its name is all there is of it. */
export function runnerOf(world: World, life: Asker): (options: CommandOptions) => Promise<CommandResult> {
  return ({ line, env, timeoutMs, signal }) => {
    if (!life.enter()) return new Promise(() => {})
    const manner = mannerOf(world, env.BEROFOSD_EVENT === 'ready')
    const { ms, code } = hookManners[manner]
    const fact = { is: 'hook', name: line, event: env.BEROFOSD_EVENT ?? '' } as const
    life.tell({ ...fact, ended: null })
    return new Promise(resolve => {
      const end = (result: CommandResult) => {
        timer.cancel()
        signal?.removeEventListener('abort', stop)
        const yes = result.outcome === 'exited' && result.code === 0
        life.tell({ ...fact, ended: yes ? 'yes' : 'no' })
        resolve(result)
      }
      const stop = () => end({ outcome: 'killed', signal: 'SIGTERM' })
      signal?.addEventListener('abort', stop)
      // A signal made of others is held for ever by whoever listens to it.
      world.atEnd(() => signal?.removeEventListener('abort', stop))
      const timer = life.later(Math.min(ms, timeoutMs), () => {
        if (manner === 'deadly') life.end('is killed by a hook')
        if (life.dead) return
        if (ms > timeoutMs) end({ outcome: 'late' })
        else if (code === null) end({ outcome: 'cannot', reason: 'no such program' })
        else end({ outcome: 'exited', code })
      })
    })
  }
}

function mannerOf({ hooks, readyIsDeadly, random }: World, isReady: boolean): HookManner {
  if (isReady && readyIsDeadly) return 'deadly'
  return hooks === 'moody' && random.hooks.chance(0.5) ? 'failing' : hooks
}
