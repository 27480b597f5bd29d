import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'
import { runBerofosd, startBerofosd } from './run-berofosd.ts'

/** A simulator with addresses of its own, in a directory of its own. */
async function start(t: TestContext, net: number, ...args: string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'simulate-'))
  const control = join(directory, 'steer.sock')
  const places = ['--address', `127.${net}.0.11`, '--master', `127.${net}.0.10`, '--port', '8081']
  const all = ['simulate', '--relays', '3', ...places, '--control', control, ...args]
  const running = startBerofosd(all, { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => {
    running.child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })
  await until('it runs', () => running.out().includes("'help' lists")).catch(error => {
    throw new Error(`${error.message}: ${running.err()}`)
  })
  const tell = (...words: string[]) => runBerofosd(['simulate', '--tell', control, ...words])
  const type = (line: string) => running.child.stdin?.write(`${line}\n`)
  return { running, directory, tell, type }
}

describe('berofosd simulate', { concurrency: 2 }, () => {
  it('takes lines on stdin, and prints each move of a relay with its time', async t => {
    const { running, type } = await start(t, 71)
    type('relay 2 hand 0')
    await until('the move', () => /^\d\d:\d\d:\d\d\.\d{3} fos2 mode=0 \(A--D\) by hand$/m.test(running.out()))
    type('relay 9 hang')
    await until('the complaint', () => /"9" is no relay: a number from 1 to 3, or all/.test(running.err()))
    type('quit')
    assert.equal((await running.ended).code, 0)
  })

  it('goes on when stdin ends, is steered through its socket, and ends cleanly at SIGTERM', async t => {
    const { running, tell } = await start(t, 72)
    running.child.stdin?.end()
    const told = await tell('relay 3 hang')
    assert.deepEqual([told.code, told.out], [0, 'fos3    127.72.0.13:8081 mode=1 (A--B) hang\n'])
    const words = await tell('master', 'sip', 'dead')
    assert.match(words.out, /sip 127\.72\.0\.10:5060 dead/)
    const wrong = await tell('relay 3 bang')
    assert.equal(wrong.code, 1)
    assert.match(wrong.err, /"bang" is none of none, /)
    running.child.kill('SIGTERM')
    assert.deepEqual((await running.ended).code, 0)
  })

  it('ends when told to quit through its socket', async t => {
    const { running, tell } = await start(t, 73)
    assert.equal((await tell('quit')).code, 0)
    assert.equal((await running.ended).code, 0)
  })

  it('--write makes files that a daemon can be run with', async t => {
    const directory = temporary(t)
    const { running } = await start(t, 74, '--write', directory, '--login', 'admin:pa;ss', '--auth', 'digest')
    const files = ['-c', join(directory, 'berofosd.conf'), '--bnfos-conf', join(directory, 'bnfos.conf')]
    assert.ok(running.out().includes(`berofosd run ${files.join(' ')}`))
    assert.equal((await runBerofosd(['check-config', ...files])).code, 0)
    assert.equal((await runBerofosd(['check', ...files])).code, 0)
    const forced = await runBerofosd(['--force', 'slave', ...files])
    assert.equal(forced.code, 0, forced.err)
    assert.match(readFileSync(join(directory, 'bnfos.conf'), 'utf8'), /^login = admin:pa;ss$/m)
  })

  it('--write leaves files that it did not write, and writes over its own', async t => {
    const directory = temporary(t)
    const { type, running } = await start(t, 79, '--write', directory)
    type('quit')
    assert.equal((await running.ended).code, 0)
    await start(t, 79, '--write', directory)
    const file = join(directory, 'bnfos.conf')
    writeFileSync(file, '[fos1]\nhost = 10.34.1.20\nlogin = admin:mine\n')
    const { code, err } = await runBerofosd(['simulate', '--write', directory])
    assert.deepEqual(
      [code, err],
      [1, `berofosd: ${file} was not written by simulate: name another directory\n`],
    )
    assert.match(readFileSync(file, 'utf8'), /admin:mine/)
  })

  it("--write follows no link, and writes into nobody else's directory", async t => {
    const directory = temporary(t)
    const target = join(directory, 'target')
    writeFileSync(target, '; written by berofosd simulate, which writes over it\n')
    symlinkSync(target, join(directory, 'bnfos.conf'))
    const linked = await runBerofosd(['simulate', '--write', directory])
    const link = `${join(directory, 'bnfos.conf')} is a link: name another directory`
    assert.deepEqual([linked.code, linked.err], [1, `berofosd: ${link}\n`])
    if (process.getuid?.() !== 0) return
    rmSync(join(directory, 'bnfos.conf'))
    chownSync(directory, 65_534, 65_534)
    const foreign = await runBerofosd(['simulate', '--write', directory])
    assert.match(foreign.err, /belongs to somebody else: name another directory\n$/)
  })

  it('--login does not stand in the list of processes', { skip: !existsSync('/proc/self') }, async t => {
    const { running } = await start(t, 82, '--login', 'admin:SECRET', '--auth', 'digest')
    assert.doesNotMatch(readFileSync(`/proc/${running.child.pid}/cmdline`, 'latin1'), /SECRET/)
  })

  it('--control leaves the socket of a simulator that runs to it', async t => {
    const { directory, tell } = await start(t, 80)
    const control = join(directory, 'steer.sock')
    const places = ['--address', '127.81.0.11', '--master', '127.81.0.10', '--port', '8081']
    const { code, err } = await runBerofosd(['simulate', ...places, '--control', control])
    assert.deepEqual([code, err], [1, `berofosd: ${control}: a simulator serves it, name another path\n`])
    assert.equal((await tell('show')).code, 0)
  })

  it('prints the files when it does not write them', async t => {
    const { running } = await start(t, 75)
    assert.match(running.out(), /# berofosd\.conf\n\[master\]\nhost = 127\.75\.0\.10\n/)
    assert.match(running.out(), /# bnfos\.conf\n\[fos1\]\nmac = 00:19:32:00:00:01\nhost = 127\.75\.0\.11\n/)
  })

  it('says which port it could not have, and what to do', async t => {
    await start(t, 76)
    const places = ['--address', '127.76.0.11', '--master', '127.76.0.10', '--port', '8081']
    const { code, err } = await runBerofosd(['simulate', ...places])
    assert.equal(code, 1)
    assert.match(
      err,
      /EADDRINUSE.*127\.76\.0\.10:\d+: something listens there: give others with --address, --port/,
    )
  })

  for (const [what, net, path, sentence] of [
    ['a directory that is not there', 77, '/nowhere/steer.sock', 'its directory does not exist, make it'],
    ['another file', 78, '/etc/passwd', 'is no socket, remove it or name another path'],
  ] as const)
    it(`--control names ${what}, and says so`, async () => {
      const places = ['--address', `127.${net}.0.11`, '--master', `127.${net}.0.10`, '--port', '8081']
      const { code, err } = await runBerofosd(['simulate', ...places, '--control', path])
      assert.deepEqual([code, err], [1, `berofosd: ${path}: ${sentence}\n`])
    })

  for (const [args, pattern] of [
    [['--login', 'root:x'], /the user of a berofos is always admin/],
    [['--login', 'admin:x', '--auth', 'none'], /--login has no use with --auth none/],
    [['relay', '1'], /"relay" is not expected without --tell/],
    [['--address', '10.0.0.1'], /--address takes an address from 127\.0\.0\.1/],
  ] as const) {
    it(`${args.join(' ')} is a wrong command line`, async () => {
      const { code, err } = await runBerofosd(['simulate', ...args])
      assert.equal(code, 2)
      assert.match(err, pattern)
    })
  }

  it('--tell without a simulator fails and names the socket', async () => {
    const { code, err } = await runBerofosd(['simulate', '--tell', '/nowhere/steer.sock', 'show'])
    assert.equal(code, 1)
    assert.match(err, /no simulator answers on \/nowhere\/steer\.sock: ENOENT/)
  })
})
