import type { ChildProcess } from 'node:child_process'

/** What has to be undone, however this process ends short of SIGKILL. */
const undone = new Set<() => void>()

process.once('exit', () => {
  for (const undo of undone) undo()
})
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.once(signal, () => process.exit(128 + number))

/** Runs `undo`, which must be synchronous, when this process ends; the function that is returned runs it now. */
export function undoAtExit(undo: () => void): () => void {
  undone.add(undo)
  return () => {
    if (undone.delete(undo)) undo()
  }
}

/** A child that does not outlive this process, whether a bench fails or is interrupted. */
export function endsWithUs<Child extends ChildProcess>(child: Child): Child {
  const kill = () => void child.kill('SIGKILL')
  undone.add(kill)
  child.once('exit', () => undone.delete(kill))
  return child
}
