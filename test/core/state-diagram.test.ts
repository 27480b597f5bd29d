import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { rules, timeRules } from '../../src/core/rules.ts'
import { phases } from '../../src/core/state.ts'
import { arrowsOf, stateMachinePage } from '../helpers/state-diagram.ts'

const page = stateMachinePage([
  { from: 'slave', to: 'master', rule: 'force' },
  { from: 'master', to: 'slave', rule: 'failover' },
  { from: 'slave', to: 'master', rule: 'failback' },
  { from: 'slave', to: 'master', rule: 'force' },
  { from: 'master', to: 'master', rule: 'check-isolation' },
])
const lines = page.split('\n')

describe('The page of the state machine', () => {
  it('draws the rules between the two roles, each id once and in the order of the table', () => {
    const from = lines.indexOf('```mermaid')
    assert.deepEqual(lines.slice(from, lines.indexOf('```') + 1), [
      '```mermaid',
      'stateDiagram-v2',
      '  state "lines at the master" as master',
      '  state "lines at the slave" as slave',
      '  master --> master: check-isolation',
      '  master --> slave: failover',
      '  slave --> master: force, failback',
      '```',
    ])
  })

  it('follows the role through the rules of one decision', () => {
    assert.deepEqual(arrowsOf('slave', ['end-override', 'force', 'failover']), [
      { from: 'slave', to: 'slave', rule: 'end-override' },
      { from: 'slave', to: 'master', rule: 'force' },
      { from: 'master', to: 'slave', rule: 'failover' },
    ])
  })

  it('has a line for each phase: whether relays are driven, and whether it decides', () => {
    for (const phase of phases) assert.equal(lines.filter(l => l.startsWith(`| ${phase} | `)).length, 1)
    assert.match(page, /^\| forced \| driven \| no \| /m)
    assert.match(page, /^\| suspect \| only read \| yes \| /m)
  })

  it('has a line for each rule, in their order', () => {
    const from = lines.indexOf('| rule | when and why | moves the lines |') + 2
    const told = lines.slice(from, lines.indexOf('', from)).map(line => line.split(' | ')[0])
    assert.deepEqual(
      told,
      [...timeRules, ...rules].map(({ id }) => `| ${id}`),
    )
  })

  it('stands in the documents, word for word', () => {
    const told = readFileSync('docs/state-machine.md', 'utf8').split('\n')
    const arrow = / \w+ --> /
    assert.deepEqual(
      stateMachinePage([]).split('\n'),
      told.filter(line => !arrow.test(line)),
    )
  })

  it('is Markdown: a title, three tables with their heads, a line feed at its end', () => {
    assert.equal(lines[0], '# How it decides')
    assert.equal(lines.filter(line => /^\|(---\|)+$/.test(line)).length, 3)
    assert.deepEqual(
      lines.filter(line => line.startsWith('## ')),
      ['## Rules', '## Phases', '## What is known for a while'],
    )
    assert.equal(lines.at(-1), '')
  })
})
