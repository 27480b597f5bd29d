/** What a release is judged by. */
interface ReleaseFacts {
  readonly version: string
  readonly changelog: string
  readonly branch: string
  readonly isClean: boolean
  readonly tags: readonly string[]
}

/** Why this can't be released, in one sentence with the cure; null: it can. */
export function releaseProblem({ version, changelog, branch, isClean, tags }: ReleaseFacts): string | null {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return `"${version}" is not a version such as 1.2.3`
  if (tags.includes(`v${version}`)) return `v${version} is tagged already: choose the next version`
  if (branch !== 'main') return `this is the branch "${branch}": check out main`
  if (!isClean) return 'there are changes that are not committed: commit them first'
  const notes = unreleased(changelog)
  if (notes === null) return 'CHANGELOG.md has no section "## Unreleased": add one'
  return /^- /m.test(notes) ? null : 'nothing is under "## Unreleased" in CHANGELOG.md: add what users notice'
}

/** The changelog with what is unreleased under its version and date (YYYY-MM-DD), and an empty section above it. */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  return changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version}, ${date}`)
}

function unreleased(changelog: string): string | null {
  const section = changelog.split(/^## /m).find(part => part.startsWith('Unreleased\n'))
  return section ?? null
}
