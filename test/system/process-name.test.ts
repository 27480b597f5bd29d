import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { needs } from '../helpers/needs.ts'

/** A process that names itself; resolves with its pid. */
async function named(t: TestContext, name: string, ...args: string[]): Promise<number> {
  const source = `
    import { setProcessName } from './src/system/process-name.ts'
    setProcessName(${JSON.stringify(name)}, ${JSON.stringify(args)})
    console.log('named')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child.pid as number
}

async function pidsFrom(program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [out] = await Promise.all([child.stdout.toArray(), once(child, 'exit')])
  return Buffer.concat(out).toString().trim()
}

test('a process has the name and the command line that it gives itself', async t => {
  const pid = await named(t, 'bnfos-test', '--kick', '-b')
  assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8'), 'bnfos-test\n')
  assert.match(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /^bnfos-test --kick -b\0*$/)
})

for (const [program, ...args] of [['pgrep', '-x'], ['pidof']] as const)
  test(`${program} finds it by its name`, { skip: needs(program) }, async t => {
    const name = `named-${process.pid}`.slice(0, 15)
    const pid = await named(t, name, '--kick')
    assert.equal(await pidsFrom(program, ...args, name), `${pid}`)
  })
