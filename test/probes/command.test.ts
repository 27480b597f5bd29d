import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { probeCommand } from '../../src/probes/command.ts'
import { systemClock } from '../../src/system/clock.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'
import { commandCheck, isRunning, neverAborts, pids } from './checks.ts'

const ask = (command: string, timeoutMs = 60_000) =>
  probeCommand(commandCheck({ command, timeoutMs }), systemClock, neverAborts)

const endings = [
  ['true', 'answered', 'exit status 0'],
  ['echo "2 channels"; echo more', 'answered', '2 channels'],
  ['echo >&2 "no such channel"; exit 3', 'failed', 'exit status 3: no such channel'],
  ['exit 255', 'failed', 'exit status 255'],
  ['kill -TERM $$', 'failed', 'killed by SIGTERM'],
  ['kill -KILL $$', 'failed', 'killed by SIGKILL'],
  ['exit 126', 'inconclusive', 'exit status 126'],
  ['exit 127', 'inconclusive', 'exit status 127'],
  ['exec /nowhere/telephony-is-well', 'inconclusive', /^exit status 127: .*telephony-is-well/],
  ['exec /etc', 'inconclusive', /^exit status 126: /],
] as const
for (const [command, outcome, detail] of endings)
  test(`\`${command}\` is ${outcome}`, async () => {
    const result = await ask(command)
    assert.equal(result.outcome, outcome)
    if (typeof detail === 'string') assert.equal(result.detail, detail)
    else assert.match(result.detail, detail)
  })

test('the first line of the output is told, printable and no longer than a log line', async () => {
  const { detail } = await ask(`printf '\\n\\033[2Jl\\303\\244uft %0300d\\nmore' 0`)
  assert.match(detail, /^\?\[2Jl\?+uft 0+$/)
  assert.equal(detail.length, 160)
})

test('a command that is late has failed, and is killed with its children', async t => {
  const clock = new FakeClock()
  const directory = temporary(t)
  const command = `trap '' TERM; (trap '' TERM; sleep 1000) & echo "$$
$!" >${join(directory, 'pids')}; wait`
  const probing = probeCommand(commandCheck({ command, timeoutMs: 2000 }), clock, neverAborts)
  await until('it runs', () => pids(directory).length === 2)
  await clock.advance(2000)
  const result = await probing
  assert.deepEqual([result.outcome, result.detail], ['failed', 'no answer in 2 s'])
  await until('both are gone', () => !pids(directory).some(isRunning))
})

test('a child that the command leaves behind is killed too', async t => {
  const directory = temporary(t)
  const result = await ask(`sleep 1000 & echo $! >${join(directory, 'pids')}`)
  assert.equal(result.outcome, 'answered')
  await until('the child is gone', () => !pids(directory).some(isRunning))
})

test('an abort ends the command and says nothing of the server', async t => {
  const directory = temporary(t)
  const stop = new AbortController()
  const command = `echo $$ >${join(directory, 'pids')}; sleep 1000`
  const probing = probeCommand(commandCheck({ command }), new FakeClock(), stop.signal)
  await until('it runs', () => pids(directory).length === 1)
  stop.abort()
  assert.equal((await probing).outcome, 'inconclusive')
  await until('it is gone', () => !pids(directory).some(isRunning))
})

test('endless output is read to no end and stops nothing', async () => {
  assert.equal((await ask('seq 1 200000')).detail, '1')
})
