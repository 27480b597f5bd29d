import { readBounded } from '../config/read-bounded.ts'

/** Where berofosd.conf is looked for when none is named. */
export const usualConfigFile = '/etc/berofosd.conf'

/** denied: no permission · misnamed: no such file, or none that can be read. */
export interface ConfigUnread {
  readonly ok: false
  readonly outcome: 'denied' | 'misnamed'
  /** One sentence with the file and the cure. */
  readonly error: string
}

type ConfigContent = { readonly ok: true; readonly content: Uint8Array } | ConfigUnread

/**
 * The text of berofosd.conf, for commands that look only for a few of its values. The usual file may be absent and is
 * empty then. One that was named and is not there, or that may not be read, is a problem: with the defaults in its
 * place another daemon than the one that was meant would be asked, and a relay driven the wrong way.
 */
export async function readConfigFile(file: string): Promise<ConfigContent> {
  const reading = await readBounded(file)
  if (reading.kind === 'content') return { ok: true, content: reading.content }
  if (reading.kind === 'absent' && file === usualConfigFile) return { ok: true, content: new Uint8Array() }
  if (reading.kind === 'absent')
    return { ok: false, outcome: 'misnamed', error: `${file}: does not exist, name the file of the daemon` }
  // For who runs a command, not for who set the file up.
  if (reading.code === 'EACCES' || reading.code === 'EPERM')
    return { ok: false, outcome: 'denied', error: `${file}: permission denied: ${whoMay}` }
  return { ok: false, outcome: 'misnamed', error: `${file}: ${reading.what}` }
}

const whoMay = 'be root or in the group berofosd'
