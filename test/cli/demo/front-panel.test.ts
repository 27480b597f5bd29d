import assert from 'node:assert/strict'
import { it } from 'node:test'
import { panelLines } from '../../../src/cli/demo/front-panel.ts'
import { openOutput } from '../../../src/cli/output.ts'
import { quietStream } from '../quiet-stream.ts'

it('the panel of the demo is ASCII on a terminal without signs', () => {
  const output = openOutput(
    { stdout: quietStream({ isTTY: true }), stderr: quietStream() },
    { LANG: 'C', NO_COLOR: '1' },
  )
  const relays = [{ name: 'fos1', mode: 1, moves: 0, fault: 'none' }] as const
  const lines = panelLines({ kind: 'pair', relays, status: null }, output)
  assert.ok(
    lines.includes('   fos1   B ============= A               D   -  not watched     moved 0x'),
    lines.join('\n'),
  )
})
