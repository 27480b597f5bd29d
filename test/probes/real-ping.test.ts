import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProbeResult } from '../../src/core/role.ts'
import { anyAnswers, pingOnce } from '../../src/probes/ping.ts'
import { pingStream } from '../../src/probes/ping-stream.ts'
import { systemClock } from '../../src/system/clock.ts'
import { needs } from '../helpers/needs.ts'
import { until } from '../helpers/until.ts'
import { isRunning, neverAborts, pids, pingCheck, withPing } from './checks.ts'

const quick = pingCheck({ intervalMs: 100, timeoutMs: 100 })

test('one process reports one result after the other', { skip: needs('ping') }, async () => {
  const seen: ProbeResult[] = []
  const stream = pingStream(quick, systemClock, result => seen.push(result))
  await until('five results', () => seen.length >= 5)
  await stream.stop()
  assert.deepEqual(new Set(seen.map(result => result.outcome)), new Set(['answered']))
})

test('a ping whose daemon was killed ends by itself', { skip: needs('ping') }, async () => {
  const script = '#!/bin/sh\necho $$ >> "$(dirname "$0")/pids"\nexec /usr/bin/env -u X "$REAL" "$@"\n'
  const real =
    process.env.PATH?.split(':')
      .map(each => join(each, 'ping'))
      .find(existsSync) ?? 'ping'
  await withPing(script.replace('"$REAL"', real), async directory => {
    const source = `
      import { pingStream, pingStreamWith } from '${new URL('../../src/probes/ping-stream.ts', import.meta.url)}'
      import { systemClock } from '${new URL('../../src/system/clock.ts', import.meta.url)}'
      pingStream(${JSON.stringify(quick)}, systemClock, () => process.stdout.write('.'))`
    const daemon = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise(resolve => daemon.stdout.once('data', resolve))
    const [pid = 0] = pids(directory)
    assert.ok(isRunning(pid))
    daemon.kill('SIGKILL')
    await until('ping has ended', () => !isRunning(pid))
  })
})

test('one ping is answered', { skip: needs('ping') }, async () => {
  const result = await pingOnce(pingCheck({ timeoutMs: 5000 }), systemClock, neverAborts)
  assert.deepEqual([result.outcome, result.detail], ['answered', 'reply from 127.0.0.1'])
  assert.equal(await anyAnswers(['127.0.0.1'], 5000, systemClock, neverAborts), true)
})
