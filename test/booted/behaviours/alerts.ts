import assert from 'node:assert/strict'
import { eventually } from '../../helpers/until.ts'
import { addresses } from '../helpers/addresses.ts'
import { ToldPeople } from '../helpers/told-people.ts'
import { behaviour, type ThisSlave } from './behaviour.ts'

/** Where its sandbox lets a command write. */
const told = '/var/lib/berofosd/told'

/** What leaves its sandbox for people. */
export function alerting(slave: ThisSlave): void {
  behaviour(
    'tells by mail, webhook and command, out of its sandbox, that the lines are at the slave',
    slave,
    async (node, t) => {
      const people = await ToldPeople.open(node.network)
      t.after(() => people.close())
      await node.begin({
        alert: {
          mail_to: 'ops@example.org',
          smtp: `${addresses.gateway}:25`,
          url: `http://${addresses.gateway}/`,
          command: `cat >>${told}`,
        },
      })
      const test = await node.run(['berofosd', 'alert', 'test'])
      assert.equal(test.status, 0, test.stdout + test.stderr)
      assert.equal(test.stdout.match(/: delivered in /g)?.length, 3, test.stdout)
      await node.failOver()
      await eventually('all are told', async () => {
        const commanded = await node.container.read(told)
        const posted = people.posts().join('\n')
        const isTold = [commanded, posted].every(text => /"event":"raised","code":"at-slave"/.test(text))
        return isTold && /^Subject: slave: warning: the lines are at the slave/m.test(people.mails())
      }).catch(error => {
        throw new Error(`${error.message}: ${people.mails()}\n${people.posts().join('\n')}`)
      })
    },
  )
}
