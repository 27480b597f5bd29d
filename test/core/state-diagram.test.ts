import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { roleTable } from '../../src/core/role-table.ts'
import { phases } from '../../src/core/state.ts'
import { stateMachinePage } from '../../src/core/state-diagram.ts'

const page = stateMachinePage([
  { from: 'steady', to: 'suspect' },
  { from: 'starting', to: 'steady' },
  { from: 'steady', to: 'suspect' },
  { from: 'steady', to: 'steady' },
  { from: 'steady', to: 'paused' },
  { from: 'forced', to: 'steady' },
])
const lines = page.split('\n')

describe('The page of the state machine', () => {
  it('draws each change once, in order, but none to itself and none that any phase may make', () => {
    const from = lines.indexOf('```mermaid')
    assert.deepEqual(lines.slice(from, lines.indexOf('```') + 1), [
      '```mermaid',
      'stateDiagram-v2',
      '  [*] --> starting',
      '  starting --> steady',
      '  steady --> suspect',
      '```',
    ])
    assert.match(page, /^unconfigured, passive, paused, forced are entered from any phase/m)
  })

  it('has a line for each phase: whether relays are driven, and whether it decides', () => {
    for (const phase of phases)
      assert.equal(lines.filter(l => l.startsWith(`| ${phase} | `)).length >= 1, true)
    assert.match(page, /^\| forced \| driven \| no \| /m)
    assert.match(page, /^\| suspect \| only read \| yes \| /m)
  })

  it('has a line for each row of the policy, in their order, and tells which moves on', () => {
    const told = lines
      .slice(lines.indexOf('| phase | when | |') + 1)
      .filter(line => /^\| [a-z]+ \| .* \| (moves on)? ?\|$/.test(line))
    assert.deepEqual(
      told,
      roleTable.map(({ phase, comment, act }) => `| ${phase} | ${comment} | ${act ? 'moves on' : ''} |`),
    )
  })

  it('stands in the documents, word for word', () => {
    const told = readFileSync('docs/state-machine.md', 'utf8').split('\n')
    const arrow = / \w+ --> /
    assert.deepEqual(
      stateMachinePage([]).split('\n'),
      told.filter(line => !arrow.test(line) || line.includes('[*]')),
    )
  })

  it('is Markdown: a title, two tables with their heads, a line feed at its end', () => {
    assert.equal(lines[0], '# How it decides')
    assert.equal(lines.filter(line => /^\|(---\|)+$/.test(line)).length, 2)
    assert.deepEqual(
      lines.filter(line => line.startsWith('## ')),
      ['## Phases', '## Rows'],
    )
    assert.match(page, /\| phase \| relays \| automatic \| meaning \|\n\|---\|---\|---\|---\|\n/)
    assert.match(page, /\| phase \| when \| \|\n\|---\|---\|---\|\n/)
    assert.equal(lines.at(-1), '')
  })
})
