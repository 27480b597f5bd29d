/**
 * The entry of `version` in Debian's form, from the section of that version in CHANGELOG.md.
 * `epochS`: seconds since 1970, the date of the entry.
 */
export function debianChangelog(changelog, { version, maintainer, epochS }) {
  const section = changelog.split(/^## /m).find(part => part.startsWith(version))
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}: add one`)
  const points = section.split('\n').slice(1).join('\n').split(/^- /m).slice(1)
  const lines = points.map(point => wrapped(plain(point)))
  const date = new Date(epochS * 1000).toUTCString().replace('GMT', '+0000')
  return `berofosd (${version}) bookworm; urgency=medium\n\n${lines.join('\n')}\n\n -- ${maintainer}  ${date}\n`
}

/** Markdown's marks taken away. */
function plain(point) {
  return point.replace(/[`\\]/g, '')
}

/** Policy 4.4: two blanks, a star; a line has 80 characters at most, so far as words allow. */
function wrapped(point) {
  const lines = ['  *']
  for (const word of point.trim().split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length <= 80) lines[lines.length - 1] = longer
    else lines.push(`    ${word}`)
  }
  return lines.join('\n')
}
