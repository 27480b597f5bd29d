import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupedFindings, relayTrouble } from '../../src/status/groups.ts'
import type { StatusRelay } from '../../src/status/status-json.ts'
import { normal } from '../cli/normal-status.ts'

const relays = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    ...normal.relays[0],
    ...{ name: `fos${i + 1}`, host: `127.0.7.${i + 1}`, port: 80 },
  })) as typeof normal.relays
const since = (second: number) => new Date(Date.UTC(2024, 0, 15, 12, 0, second)).toISOString()
const finding = (text: string, second = 0, code = 'relay-unconfirmed') =>
  ({ code, severity: 'error', since: since(second), text }) as const
const textsOf = (findings: ReturnType<typeof finding>[], count = 4) =>
  groupedFindings({ ...normal, relays: relays(count), findings }).map(({ text }) => text)

/** As the daemon says it of relay N. */
const refusing = (n: number, time = '01:18:04') =>
  `fos${n} refuses the connection since ${time} (127.0.7.${n} port 80), it answered until then: look at its power, its network cable and the switch`

describe('Findings of one cause', () => {
  it('of one relay stay as they are', () => assert.deepEqual(textsOf([finding(refusing(3))]), [refusing(3)]))

  it('of all relays are one sentence, with the time of the first', () => {
    const findings = Array.from({ length: 20 }, (_, i) => finding(refusing(i + 1, `01:18:${59 - i}`), 59 - i))
    assert.deepEqual(textsOf(findings, 20), [
      '20 of 20 relays refuse the connection since 01:18:40, they answered until then: look at their power, their network cable and the switch',
    ])
  })

  it('say what to do with several', () => {
    const closing = (n: number) =>
      finding(`fos${n} closes the connection without an answer: switch it off and on if that goes on`)
    assert.deepEqual(textsOf([closing(1), closing(2)], 2), [
      '2 of 2 relays close the connection without an answer: switch them off and on if that goes on',
    ])
  })

  it('of some relays name them', () => {
    assert.match(
      String(textsOf([1, 3, 4].map(n => finding(refusing(n))))[0]),
      /^3 of 4 relays \(fos1, fos3 and fos4\) refuse the connection since 01:18:04, they/,
    )
  })

  it('of many relays count those that are not named', () => {
    const findings = Array.from({ length: 8 }, (_, i) => finding(refusing(i + 1)))
    assert.match(
      String(textsOf(findings, 9)[0]),
      /^8 of 9 relays \(fos1, fos2, fos3, fos4, fos5 and 3 more\) /,
    )
  })

  it('are told apart from those of another cause, code or severity', () => {
    const told = 'fos2 does not answer since 01:18:04 (127.0.7.2 port 80), it answered until then: WHY'
    const other = { ...finding(refusing(3)), severity: 'warning' } as never
    assert.equal(
      textsOf([finding(refusing(1)), finding(told), other, finding(refusing(4), 0, 'relay-told')]).length,
      4,
    )
  })

  it('say of several that watchdogs have bypassed what they say of one', () => {
    const bypassed = (n: number) =>
      finding(`fos${n} reads mode=0 (A--D), wanted mode=1: it was bypassed by the watchdog`)
    assert.deepEqual(textsOf([bypassed(1), bypassed(2)], 2), [
      '2 of 2 relays read mode=0 (A--D), wanted mode=1: they were bypassed by the watchdog',
    ])
  })

  it('of checks name them all', () => {
    const { master } = normal
    const checks = ['sip', 'web', 'tcp'].map(name => ({ ...master.checks[0], name })) as typeof master.checks
    const findings = checks.map(({ name }, i) =>
      finding(`check ${name} is down, it fails since 01:18:0${i}: connection refused`, i, 'check-failing'),
    )
    assert.deepEqual(
      groupedFindings({ relays: [], master: { ...master, checks }, findings }).map(({ text }) => text),
      ['checks sip, web and tcp are down, they fail since 01:18:00: connection refused'],
    )
  })

  it('that do not begin with the name keep the first sentence', () => {
    const text = (n: number) => `the watchdog of fos${n} is on: 'bnfos --set wdog=0' turns it off`
    assert.deepEqual(textsOf([1, 2, 3].map(n => finding(text(n), 0, 'watchdog-on'))), [
      `${text(1)} (the same of fos2 and fos3)`,
    ])
  })

  it('with a colon after the name are one sentence, too', () => {
    assert.deepEqual(
      textsOf([1, 2, 3, 4].map(n => finding(`fos${n}: wdogdef=1, HA needs 0`, 0, 'settings'))),
      ['4 of 4 relays: wdogdef=1, HA needs 0'],
    )
  })

  it('of a relay whose name begins like another one are told apart', () => {
    const findings = [1, 10].map(n =>
      finding(`fos${n} reads mode=0 (A--D), wanted mode=1: it is being corrected`),
    )
    assert.deepEqual(textsOf(findings, 10), [
      '2 of 10 relays (fos1 and fos10) read mode=0 (A--D), wanted mode=1: they are being corrected',
    ])
  })
})

describe('What is wrong with a relay, in its row', () => {
  const refused = (cure: string) => `127.0.7.1 port 80 refuses the connection: ${cure}`
  const cure = 'look at its power, its network cable and the switch'
  const rows: [string, string | null, string | null][] = [
    ['leaves out the cure of a finding', refused(cure), '127.0.7.1 port 80 refuses the connection'],
    ['is said with a cure that no finding has', refused('OTHER'), refused('OTHER')],
    ['is said whole where it has no cure', 'did not answer within 1 s', 'did not answer within 1 s'],
    ['is nothing where nothing is wrong', null, null],
  ]
  for (const [title, error, shown] of rows)
    it(title, () =>
      assert.equal(relayTrouble({ ...(relays(1)[0] as StatusRelay), error }, [finding(refusing(1))]), shown),
    )
})
