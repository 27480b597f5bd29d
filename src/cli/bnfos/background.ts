import { once } from 'node:events'
import { environmentForCommands } from '../../system/environment.ts'
import type { Voice } from './voice.ts'

/** Tells the process in the background that it is the one. */
const mark = 'BNFOS_IN_BACKGROUND'

export function inBackground(): boolean {
  return process.env[mark] === '1'
}

/** Starts this very command line once more, without a terminal; resolves when it runs. False: it could not be. */
export async function continueInBackground(voice: Voice): Promise<boolean> {
  // Only here: most calls start nothing.
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: 'ignore',
    env: { ...environmentForCommands(process.env), [mark]: '1' },
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    voice.fail(`bnfos: no process can be started (${(error as NodeJS.ErrnoException).code}): leave out -b`)
    return false
  }
  child.unref()
  voice.say(`Going on in the background as process ${child.pid}`)
  return true
}
