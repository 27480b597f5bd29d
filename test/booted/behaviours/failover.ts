import assert from 'node:assert/strict'
import { eventually } from '../../helpers/until.ts'
import type { SlaveLog } from '../helpers/slave-log.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

const notice = 5

/** What it is there for. */
export function failingOver(slave: ThisSlave): void {
  let log: SlaveLog | null = null

  behaviour(
    'fails over when the link of the master is cut, and back when it is restored',
    slave,
    async node => {
      await node.begin()
      log = await node.listen()
      await node.network.cut('master')
      await eventually('all lines at the slave', () => node.relays.allAt(0))
      await node.network.restore('master')
      await eventually('all lines at the master', () => node.relays.allAt(1))
      await node.untilSteady()
      assert.equal(await node.relays.moves(), 2 * node.relays.count)
    },
  )

  behaviour(
    'tells it in journalctl -u berofosd and in /var/log/syslog, each line once',
    slave,
    async node => {
      assert.ok(log)
      // A line of a relay waits for the disk, and this one for them all.
      await eventually('the end of the failback is told', async () => {
        const texts = (await log?.journal())?.map(({ text }) => text) ?? []
        return countOf(texts, /^failback done: /) === 1
      })
      const journal = (await log.journal()).map(({ text }) => text)
      assert.deepEqual(journal, [...new Set(journal)])
      assert.equal(countOf(journal, /^failover: /), 1)
      assert.equal(countOf(journal, /^failback: /), 1)
      for (const mode of [0, 1])
        for (let number = 1; number <= node.relays.count; number++)
          assert.equal(countOf(journal, new RegExp(`^switched fos${number} to mode=${mode} `)), 1)
      await eventually(
        'rsyslog has written as many lines',
        async () => (await log?.syslog())?.length === journal.length,
      )
      assert.deepEqual(await log.syslog(), journal)
    },
  )

  behaviour(
    'shows the switches, and the decisions, in journalctl -t berofosd -p notice',
    slave,
    async node => {
      assert.ok(log)
      const lines = await log.journal('--identifier=berofosd', '--priority=notice')
      assert.ok(lines.every(({ priority }) => priority <= notice))
      const switched = Array(node.relays.count).fill('switched')
      const told = lines.flatMap(({ text }) => /^(switched|fail(over|back)( done)?:)/.exec(text)?.[0] ?? [])
      assert.deepEqual(told, [
        ...['failover:', ...switched, 'failover done:'],
        ...['failback:', ...switched, 'failback done:'],
      ])
    },
  )
}

function countOf(lines: readonly string[], pattern: RegExp): number {
  return lines.filter(line => pattern.test(line)).length
}
