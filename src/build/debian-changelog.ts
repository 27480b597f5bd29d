/** What names and dates an entry. */
export interface EntryOptions {
  /** Of the program: `0.1.0`. Its section of CHANGELOG.md is what the entry tells. */
  readonly version: string
  /** Of the package: `0.1.0-1`. */
  readonly packageVersion: string
  /** `NAME <ADDRESS>` */
  readonly maintainer: string
  /** Date of the entry: seconds since 1970. */
  readonly epochS: number
}

/**
 * The entry of a version for debian/changelog, from its section in CHANGELOG.md.
 * @throws when CHANGELOG.md has no such section
 */
export function debianChangelog(changelog: string, options: EntryOptions): string {
  const { version, packageVersion, maintainer, epochS } = options
  const section = changelog.split(/^## /m).find(part => part.startsWith(version))
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}: add one`)
  const points = section.split('\n').slice(1).join('\n').split(/^- /m).slice(1)
  const lines = points.map(point => wrapped(plain(point)))
  const date = new Date(epochS * 1000).toUTCString().replace('GMT', '+0000')
  const head = `berofosd (${packageVersion}) bookworm; urgency=medium`
  return `${head}\n\n${lines.join('\n')}\n\n -- ${maintainer}  ${date}\n`
}

/** Without headings in between and the marks of Markdown. */
function plain(point: string): string {
  return point.replace(/^#.*$/gm, '').replace(/[`\\]/g, '')
}

/** Debian Policy 4.4: two blanks, a star. A line has at most 80 characters, so far as its words allow. */
function wrapped(point: string): string {
  const lines: string[] = []
  let line = '  *'
  for (const word of point.trim().split(/\s+/)) {
    const longer = `${line} ${word}`
    if (longer.length > 80) lines.push(line)
    line = longer.length > 80 ? `    ${word}` : longer
  }
  return [...lines, line].join('\n')
}
