import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTypes } from '../../src/config/check-rows.ts'
import { type CheckSettings, isStream } from '../../src/core/settings.ts'
import { probeKindOf } from '../../src/probes/index.ts'

for (const type of checkTypes)
  test(`the policy reckons with a stream where the probe of a check is one: ${type}`, () => {
    assert.equal(isStream({ type }), probeKindOf({ type } as CheckSettings).stream !== undefined)
  })
