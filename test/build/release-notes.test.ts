import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { releasedChangelog, releaseProblem } from '../../src/build/release-notes.ts'

const changelog =
  '# Changelog\n\n## Unreleased\n\n### Fixed\n\n- A thing.\n\n## 0.1.0, 2026-01-02\n\n- Another.\n'
const fit = { version: '0.2.0', changelog, branch: 'main', isClean: true, tags: ['v0.1.0'] }

describe('A release', () => {
  it('is possible on a clean main with something unreleased', () => {
    assert.equal(releaseProblem(fit), null)
  })

  for (const [what, facts, problem] of [
    ['of a word', { version: 'next' }, /"next" is not a version/],
    ['that is tagged', { version: '0.1.0' }, /tagged already/],
    ['of another branch', { branch: 'topic' }, /check out main/],
    ['with open changes', { isClean: false }, /commit them first/],
    ['without the section', { changelog: '# Changelog\n' }, /no section/],
    ['of nothing', { changelog: '## Unreleased\n\n## 0.1.0\n\n- Another.\n' }, /nothing is under/],
  ] as const)
    it(`${what} is refused with the cure`, () => {
      assert.match(releaseProblem({ ...fit, ...facts }) ?? '', problem)
    })
})

test('a release moves what is unreleased under its version and date', () => {
  const released = releasedChangelog(changelog, '0.2.0', '2026-03-04')
  assert.match(released, /^## Unreleased\n\n## 0\.2\.0, 2026-03-04\n\n### Fixed\n\n- A thing\.$/m)
  assert.match(released, /^## 0\.1\.0, 2026-01-02$/m)
})
