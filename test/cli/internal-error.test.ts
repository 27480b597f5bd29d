import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { it } from 'node:test'
import { follow } from './run-berofosd.ts'

it('after an internal error the program ends, whatever the command has left open', async () => {
  const source = `
    import { createServer } from 'node:net'
    import { runProgram } from './src/cli/berofosd/main.ts'
    const run = async () => {
      createServer().listen(0, '127.0.0.1')
      throw new Error('a bug')
    }
    const row = { name: 'run', synopsis: '', help: '', options: {}, run }
    const program = { name: 'program', version: '1', about: '', common: {}, commands: [row] }
    process.exitCode = await runProgram(program, ['run'])`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source])
  const { code, err } = await follow(child).ended
  assert.deepEqual([code, err], [1, 'program: internal error: a bug\n'])
})
