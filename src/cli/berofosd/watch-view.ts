import { ageText } from '../../core/duration.ts'
import { timeText } from '../../core/time-text.ts'
import type { Status } from '../../status/status-json.ts'
import type { Look } from '../output.ts'
import { marked } from '../table.ts'
import { fittingPanel } from './status-panel.ts'

/** What a watcher knows of the daemon. */
export interface Seen {
  /** As it was told last; null: not yet. */
  readonly status: Status | null
  /** Why there is nothing newer, and since when, wall clock; null: it answers. */
  readonly away: { readonly why: string; readonly sinceWall: number } | null
}

/** The lines of the screen now: the headline and what is wrong always stand at its top. */
export function watchLines(
  { status, away }: Seen,
  look: Look,
  { rows, nowWall, end }: { readonly rows: number; readonly nowWall: number; readonly end: string },
): string[] {
  const foot = look.paint('quiet', `${timeText(nowWall, nowWall)}  ${end}`)
  const top = away === null ? [] : awayLines(away, status, look, nowWall)
  const left = rows - top.length - 2
  const panel = status === null || left < 1 ? [] : fittingPanel(status, awayLook(look, away !== null), left)
  const shown = away === null ? panel : panel.map(line => look.paint('quiet', line))
  return [...top, ...shown, '', foot].slice(0, rows)
}

function awayLines(
  { why, sinceWall }: NonNullable<Seen['away']>,
  status: Status | null,
  look: Look,
  nowWall: number,
): string[] {
  const since = `since ${timeText(sinceWall, nowWall)}, for ${ageText(nowWall - sinceWall)}`
  const below =
    status === null ? '' : `; what follows was true at ${timeText(Date.parse(status.now), nowWall)}`
  return [...marked('bad', `the daemon has not answered ${since}: ${why}${below}`, look), '']
}

/** What is past has no colours of its own. */
function awayLook(look: Look, isPast: boolean): Look {
  return isPast ? { ...look, paint: (_, text) => text } : look
}
