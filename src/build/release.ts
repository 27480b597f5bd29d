// `npm run release -- VERSION`: makes the commit and the tag of a release. It pushes nothing.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { releasedChangelog, releaseProblem } from './release-notes.ts'
import { toolOptions } from './tool-options.ts'

const usage = `npm run release -- VERSION [--skip-check]
  moves what is under Unreleased in CHANGELOG.md to VERSION, sets the version
  in package.json and package-lock.json, commits and tags it
  --skip-check   do not run 'npm run check' first`

process.exitCode = main()

function main(): number {
  const { values, positionals } = toolOptions(usage, { 'skip-check': { type: 'boolean', default: false } })
  const [version] = positionals
  if (version === undefined || positionals.length > 1) return fail(usage, 2)
  const changelog = readFileSync('CHANGELOG.md', 'utf8')
  const problem = releaseProblem({
    version,
    changelog,
    branch: git('branch', '--show-current'),
    isClean: git('status', '--porcelain') === '',
    tags: git('tag', '--list').split('\n'),
  })
  if (problem !== null) return fail(`release: ${problem}`, 1)
  if (!values['skip-check']) execFileSync('npm', ['run', 'check'], { stdio: 'inherit' })
  writeFileSync('CHANGELOG.md', releasedChangelog(changelog, version, new Date().toISOString().slice(0, 10)))
  execFileSync('npm', ['version', version, '--no-git-tag-version'], { stdio: 'ignore' })
  git('commit', '--all', '--message', `Release ${version}`)
  git('tag', '--annotate', `v${version}`, '--message', `berofosd ${version}`)
  process.stdout.write(`v${version} is tagged. To publish it: git push --follow-tags\n`)
  return 0
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { encoding: 'utf8' }).trim()
}

function fail(text: string, status: number): number {
  process.stderr.write(`${text}\n`)
  return status
}
