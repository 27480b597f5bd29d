import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HookRunner } from '../../src/daemon/hooks.ts'
import type { CommandOptions, CommandResult } from '../../src/system/run-command.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { someSettings } from '../helpers/settings.ts'

/** What comes of asking a ready_command that prints these lines and ends so. */
function asked(lines: readonly string[], result: CommandResult) {
  const { failback, ...settings } = someSettings()
  const run = ({ onLine }: CommandOptions) => {
    for (const line of lines) onLine?.(line)
    return Promise.resolve(result)
  }
  const ready = { ...settings, failback: { ...failback, readyCommand: 'r' } }
  return new HookRunner(
    () => ready,
    { clock: new FakeClock(), run, trials: { around: () => run } },
    () => {},
  ).ready()
}

describe('ready_command', () => {
  const rows: readonly (readonly [
    title: string,
    lines: readonly string[],
    result: CommandResult,
    detail: string,
  ])[] = [
    ['says no in its last words', ['2 channels', '3 calls', ' '], { outcome: 'exited', code: 1 }, '3 calls'],
    ['says no without a word', [], { outcome: 'exited', code: 1 }, 'exit status 1'],
    ['says no at length', ['x'.repeat(300)], { outcome: 'exited', code: 1 }, 'x'.repeat(200)],
    ['is killed, whatever it said', ['3 calls'], { outcome: 'late' }, 'killed after 1m'],
  ]
  for (const [title, lines, result, detail] of rows)
    it(title, async () => assert.deepEqual(await asked(lines, result), { ok: false, detail }))
})
