import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { timeZoneWarning } from '../../src/config/load.ts'

const before = process.env.TZ
after(() => {
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
})

for (const tz of ['CET-1CEST,M3.5.0,M10.5.0/3', 'CET-1CEST', 'Nowhere/Land', '<+03>-3'])
  it(`TZ=${tz}, which the runtime takes for UTC, is warned of`, () => {
    process.env.TZ = tz
    const warning = timeZoneWarning(tz) ?? ''
    assert.ok(warning.startsWith(`TZ=${tz} is taken for UTC: `), warning)
    assert.match(warning, /name the zone, such as TZ=Europe\/Berlin$/)
  })

for (const tz of [
  'Europe/Berlin',
  ':Europe/Berlin',
  'CET',
  'UTC',
  'Etc/UTC',
  'GMT0',
  'UTC0',
  'Africa/Abidjan',
])
  it(`TZ=${tz} is no fault`, () => {
    process.env.TZ = tz
    assert.equal(timeZoneWarning(tz), null)
  })

it('no TZ is no fault', () => assert.equal(timeZoneWarning(undefined), null))
