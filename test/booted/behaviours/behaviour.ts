import { it, type TestContext } from 'node:test'
import type { Slave } from '../helpers/slave.ts'

/** The slave that the tests of one release share; only valid within a test. */
export type ThisSlave = () => Slave

/** A test on the shared slave; when it fails, its message ends with the end of the journal. */
export function behaviour(
  sentence: string,
  slave: ThisSlave,
  body: (slave: Slave, t: TestContext) => Promise<void>,
): void {
  it(sentence, async t => {
    try {
      await body(slave(), t)
    } catch (error) {
      const tail = await slave().run(['journalctl', '--no-pager', '--lines=40', '--output=short-precise'])
      if (error instanceof Error) error.message += `\n\n${tail.stdout}${tail.stderr}`
      throw error
    }
  })
}
