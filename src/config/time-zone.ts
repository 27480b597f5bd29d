/** Zones that mean UTC, as people write them. */
const utcNames = /^:?(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal|Greenwich|Z|WET)(?:[-+]?0)?$/i

/**
 * A sentence where the runtime does not know the zone that the environment variable TZ names and goes by UTC, as it does
 * with the POSIX form `CET-1CEST,M3.5.0,M10.5.0/3`; null: it knows it. `tz`: its value.
 */
export function timeZoneWarning(tz: string | undefined): string | null {
  if (!tz || utcNames.test(tz)) return null
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const isUtc =
    new Date(2026, 0, 1).getTimezoneOffset() === 0 && new Date(2026, 6, 1).getTimezoneOffset() === 0
  // Of a zone that it does not know it tells nothing, or Etc/Unknown.
  const isNamed = timeZone && !['UTC', 'Etc/Unknown'].includes(timeZone)
  if (!isUtc || isNamed) return null
  return `TZ=${tz} is taken for UTC: windows and reminders come at other hours than meant; name the zone, such as TZ=Europe/Berlin`
}
