/**
 * Virtual berofos in a process of their own, in whatever network it is started: words are the first one's address and
 * how many there are. Says what it has and each real move of a relay, a line of JSON each; takes lines of the
 * simulator's grammar and answers each with one more. Ends with its input.
 */
import { createInterface } from 'node:readline'
import { openSite } from '../../../src/simulator/site.ts'
import { bnfosConf } from '../../../src/simulator/site-config.ts'

const [address = '', count = '1'] = process.argv.slice(2)
const site = await openSite({
  relays: Number(count),
  address,
  port: 80,
  gbl4: true,
  onChange: ({ name }, { mode }) => say({ change: { relay: name, mode, atMs: nowMs() } }),
})
say({ bnfosConf: bnfosConf(site) })
for await (const line of createInterface({ input: process.stdin })) say({ answer: await site.steer(line) })
await site.close()

/** CLOCK_MONOTONIC, which is one for the whole machine, containers included. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
