import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of this target alone. */
export function scratch(): { readonly directory: string; remove(): Promise<void> } {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'))
  return { directory, remove: async () => rmSync(directory, { recursive: true, force: true }) }
}
