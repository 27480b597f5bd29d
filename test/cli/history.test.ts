import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { eventually, until } from '../helpers/until.ts'
import { at, filesOf, startBerofosd, widthOf } from './run-berofosd.ts'

const open = NodeUnderTest.open

describe('berofosd history', { concurrency: 2 }, () => {
  it('shows what was decided and switched, from the daemon and from what it left', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.ask({ command: 'force', role: 'slave', forMs: null, reason: 'a test' })
    const asked = await at(node, 'history')
    assert.equal(asked.code, 0)
    assert.match(asked.out, /forced +master to slave: a test -> 3 of 3 in [\d.]+ s/)
    await node.kill('SIGTERM')
    const read = await at(node, 'history')
    assert.equal(read.code, 0)
    assert.ok(read.out.startsWith(asked.out), read.out)
    assert.match(read.out, /stop +the relays stay as they are/)
    assert.match(read.err, /no daemon answers: this is what \S+history\.json says/)
  })

  it('names who gave an order, and why', async t => {
    const node = await open(t)
    await node.startSteady()
    const env = { ...process.env, SUDO_USER: 'alice' }
    const { configFile, bnfosFile } = node.files
    const files = ['-c', configFile, '--bnfos-conf', bnfosFile]
    const forced = await startBerofosd(['--force', 'slave', '--reason', 'works', ...files], { env }).ended
    assert.equal(forced.code, 0, forced.err)
    const { lastMove } = await node.status()
    assert.deepEqual([lastMove?.what, lastMove?.reason, lastMove?.by], ['forced', 'works', 'alice'])
    assert.match((await at(node, 'history')).out, /forced +master to slave: works \(by alice\)/)
    await node.untilLine(/forced: lines to the slave: works \(by alice\)/)
    await startBerofosd(['force', 'auto', ...files], { env: { ...env, SUDO_USER: 'bob' } }).ended
    await node.untilLine(/override: ended by an operator \(by bob\): automatic failover is on again/)
    const { out } = await at(node, 'history', '--json')
    const ended = JSON.parse(out).findLast(({ what }: { what: string }) => what === 'override')
    assert.equal(ended.by, 'bob')
  })

  it('-n shows the latest, --json as an array with ISO times', async t => {
    const node = await open(t)
    await node.startSteady()
    await node.ask({ command: 'force', role: 'slave', forMs: null, reason: '' })
    await node.untilLine(/forced done: /)
    const { out } = await at(node, 'history', '-n', '2', '--json')
    const entries = JSON.parse(out)
    assert.deepEqual(
      entries.map(({ what }: { what: string }) => what),
      ['switched', 'done'],
    )
    assert.match(entries[0].at, /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('that is empty says so', async t => {
    const node = await open(t)
    await node.startSteady()
    const { code, out } = await at(node, 'history', '--relay', 'fos1')
    assert.deepEqual([code, out], [0, 'nothing of fos1 has been decided or switched yet\n'])
  })

  it('of a relay that there is not says so, with a daemon and without', async t => {
    const node = await open(t)
    await node.startSteady()
    const told = { code: 2, out: '', err: 'berofosd: there is no relay "nope": there are fos1, fos2, fos3\n' }
    assert.deepEqual(await at(node, 'history', '--relay', 'nope'), told)
    assert.deepEqual(await at(node, 'history', '--relay', 'nope', '-f'), told)
    await node.kill('SIGTERM')
    assert.deepEqual(await at(node, 'history', '--relay', 'nope'), told)
  })

  it('goes on in the columns of its table, and as JSON', async t => {
    const node = await open(t)
    await node.startSteady()
    const table = startBerofosd(['history', '-f', ...filesOf(node)])
    const json = startBerofosd(['history', '-f', '--json', ...filesOf(node)])
    await until('the table begins', () => table.out().includes('start'))
    // As JSON, only what is new is told: nothing else says when it begins to listen.
    await eventually('an order is told as JSON', async () => {
      await node.ask({ command: 'force', role: 'master', forMs: null, reason: 'the one before' })
      return json.out() !== ''
    })
    await node.ask({ command: 'force', role: 'slave', forMs: null, reason: 'a test' })
    await until('both tell the end of the move', () =>
      [table, json].every(({ out }) => /3 of 3 relays in/.test(out())),
    )
    table.child.kill('SIGINT')
    const { code, out } = await table.ended
    assert.equal(code, 0)
    const [head = '', ...rows] = out.trimEnd().split('\n')
    assert.match(head, /^ +TIME +WHAT +WHY$/)
    const columns = [head.indexOf('WHAT'), head.indexOf('WHY')] as const
    const told = rows.map(row => [
      row.slice(...columns).trim(),
      row.slice(columns[1]).replace(/\d+(\.\d+)?/g, 'N'),
    ])
    assert.deepEqual(
      told.slice(told.findIndex(([what]) => what === 'forced')),
      [
        ['forced', 'master to slave: a test'],
        ...['fosN', 'fosN', 'fosN'].map(name => ['switched', `${name} to mode=N (A--D) in N ms`]),
        ['done', 'N of N relays in N s'],
      ],
      out,
    )
    const last = JSON.parse(json.out().trimEnd().split('\n').at(-1) ?? '')
    assert.equal(last.what, 'done')
  })

  it('tells starts and stops, a check that went down, a hook, drift, and the move in one row', async t => {
    const node = await open(t)
    await node.configure({ hooks: { after_slave: 'echo the secret; exit 3' } })
    await node.startSteady()
    await node.site.steer('relay 2 hand 0')
    await node.untilLine(/switched fos2 /)
    await node.site.steer('master dead')
    await node.untilLine(/hook after_slave: exit status 3/)
    await node.kill('SIGTERM')
    const { out } = await at(node, 'history')
    const told = out
      .split('\n')
      .map(line =>
        line.replace(/ +/g, ' ').replace(/^.*? (?=(start|drift|switched|check|failover|hook|stop) )/, ''),
      )
    const expected = [
      /^start berofosd \d/,
      /^drift fos2 reads mode=0/,
      /^switched fos2 to mode=1/,
      /^check \S+ is down after \d+ failures in a row:/,
      /^failover \S+ failed \d+x: /,
      /^hook after_slave failed: exit status 3/,
      /^stop the relays stay as they are/,
    ]
    const found = expected.map(pattern => told.findIndex(line => pattern.test(line)))
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
      out,
    )
    assert.ok(!found.includes(-1), out)
    assert.match(out.replace(/\s+/g, ' '), / -> 3 of 3 in [\d.]+ s/)
  })

  it('that nobody has kept is no empty one', async t => {
    const node = await open(t)
    const { code, out, err } = await at(node, 'history')
    const file = join(node.files.stateDirectory, 'history.json')
    assert.deepEqual([code, out], [1, ''])
    assert.equal(err, `berofosd: no daemon answers, and there is no ${file}\n`)
  })

  it('that is torn is an error, and stays where it is', async t => {
    const node = await open(t)
    writeFileSync(join(node.files.stateDirectory, 'history.json'), '[{"at":')
    const { code, err } = await at(node, 'history')
    assert.equal(code, 1)
    assert.match(err, /history\.json is torn or not ours/)
  })

  it('is no wider than 80 columns, and quiet when its reader has gone', async t => {
    const node = await open(t)
    const entry = { at: 1e12, what: 'failover', from: 'master', to: 'slave', reason: 'why '.repeat(50) }
    const all = Array.from({ length: 1000 }, () => entry)
    writeFileSync(join(node.files.stateDirectory, 'history.json'), JSON.stringify(all))
    const { out } = await at(node, 'history', '-n', '3')
    assert.ok(widthOf(out) <= 80, out)
    const running = startBerofosd(['history', '-n', '1000', ...filesOf(node)])
    running.child.stdout?.once('data', () => running.child.stdout?.destroy())
    const { code, err } = await running.ended
    assert.equal(code, 0)
    assert.ok(!/EPIPE|rror/.test(err), err)
  })
})
