/** More are counted. */
const mostNamed = 6

/** `fos1, fos2 and fos3`; `fos1, fos2, fos3, fos4, fos5 and 12 more`. */
export function listText(names: readonly string[]): string {
  const shown = names.length > mostNamed ? names.slice(0, mostNamed - 1) : names.slice(0, -1)
  const last = names.length > mostNamed ? `${names.length - shown.length} more` : String(names.at(-1))
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}
