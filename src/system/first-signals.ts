import './no-debugger.ts'

/**
 * What signals do from the first moment of a program on: this module is imported before all others,
 * which come by a late import: all static ones are read from the disk before the first of them runs. Until Node itself has
 * started, 30 to 80 ms of processor time, the kernel's defaults hold: SIGHUP, SIGUSR1 and SIGUSR2 end the process.
 */
let hungUp = false
let hangUp = () => {
  hungUp = true
}
const heard = () => hangUp()
const ignored = () => {}

process.on('SIGHUP', heard)
process.on('SIGUSR2', ignored)

/** A daemon obeys SIGHUP from now on; one that came before is obeyed now. */
export function obeyHangUp(run: () => void): void {
  hangUp = run
  if (hungUp) run()
  hungUp = false
}

/** Any other program ends at SIGHUP and SIGUSR2 as all do, also when they have come already. */
export function endAtHangUp(): void {
  process.off('SIGHUP', heard)
  process.off('SIGUSR2', ignored)
  if (hungUp) process.kill(process.pid, 'SIGHUP')
}
