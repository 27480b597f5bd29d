import { stored } from './invariants-of-moves.ts'
import { type Invariant, isStart, type View } from './view.ts'

/** A hook that is ended has 3 s for it (system/run-command.ts), and what comes next waits 250 ms for the disk. */
const undoWithinMs = 5000

export const undoesWhatItBegan: Invariant = {
  name: 'undone',
  follow: () => {
    let owed = false
    let sinceMs: number | null = null
    return (fact, view) => {
      // What the disk did not keep, the next daemon does not know of.
      if (fact.is === 'forgot') owed = false
      if (isStart(fact)) owed &&= isKept(view)
      if (fact.is === 'hook' && fact.ended === null) {
        if (fact.name === 'before_master' && fact.event === 'failback') owed = true
        if (fact.name.endsWith('_slave') && fact.event === 'called-off') owed = false
      }
      if (fact.is === 'line' && /^(failback|forced): lines to the master/.test(fact.text)) owed = false
      if (fact.is === 'line' && fact.text.startsWith('failback called off') && !hasUndo(view)) owed = false
      const late = owed && view.state !== null && view.state.move?.stage !== 'asking'
      sinceMs = late ? (sinceMs ?? view.now) : null
      const isOver = sinceMs !== null && view.now - sinceMs > undoWithinMs
      return isOver ? 'before_master had begun, and nothing undid it' : null
    }
  },
}

function isKept({ world }: View): boolean {
  const move = stored(world)?.move
  return move?.stage === 'asking' || move?.event === 'called-off'
}

function hasUndo({ settings }: View): boolean {
  return settings?.hooks.before_slave != null || settings?.hooks.after_slave != null
}

/** So often a hook may bring down the daemon; the move goes on without it then. */
const mostCuts = 2

/** daemon/command-trials.ts */
const firstPauseMs = 60_000

export const commandsEndNoThirdLife: Invariant = {
  name: 'waits',
  follow: () => {
    let isRunning = false
    let cut = 0
    let bornMs = 0
    return (fact, { now }) => {
      if (fact.is === 'booted') cut = 0
      if (fact.is === 'born') bornMs = now
      if (fact.is === 'died') {
        if (isRunning) cut += 1
        isRunning = false
      }
      if (fact.is !== 'hook' || fact.event !== 'ready') return null
      isRunning = fact.ended === null
      if (!isRunning) cut = 0
      return isRunning && cut >= mostCuts && now - bornMs < firstPauseMs
        ? `${fact.name} runs again, after ${cut} daemons that did not outlive it`
        : null
    }
  },
}

export const hooksStopNoMove: Invariant = {
  name: 'interrupted',
  follow: () => {
    let running: string | null = null
    let cut = { hook: '', times: 0 }
    return (fact, view) => {
      if (fact.is === 'forgot') cut = { hook: '', times: 0 }
      if (fact.is === 'died' && running !== null) {
        cut = { hook: running, times: cut.hook === running ? cut.times + 1 : 1 }
        running = null
      }
      if (fact.is !== 'hook' || fact.event === 'ready') return null
      const hook = `${fact.name} of move ${view.state?.moves}`
      running = fact.ended === null ? hook : null
      const again = fact.ended === null && cut.hook === hook && cut.times >= mostCuts
      return again ? `${hook} runs again, after ${cut.times} daemons that did not outlive it` : null
    }
  },
}
