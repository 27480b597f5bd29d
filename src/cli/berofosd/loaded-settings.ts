import { loadSettings, type SettingsLoading } from '../../config/load.ts'
import type { Output } from '../output.ts'
import { filesOf } from './options.ts'

/** Both files, for a command that needs them whole; null: each of their problems has been said. */
export async function loadedSettings(
  values: Parameters<typeof filesOf>[0],
  { complain }: Pick<Output, 'complain'>,
): Promise<Extract<SettingsLoading, { ok: true }> | null> {
  const loaded = await loadSettings(filesOf(values))
  if (loaded.ok) return loaded
  for (const problem of loaded.problems) complain(problem)
  return null
}
