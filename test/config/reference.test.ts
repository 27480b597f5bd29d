import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkTypes, checkTypeTable } from '../../src/config/check-rows.ts'
import { configurationPage } from '../helpers/man/configuration.ts'
import { checkTypeText, renderReference } from '../helpers/reference.ts'
import { checkSection } from '../helpers/sample-config.ts'

describe('a type of check', () => {
  for (const type of checkTypes)
    test(`is explained in the reference and in the man page: ${type}`, () => {
      const [sentence = ''] = checkTypeTable[type].about.split('. ')
      assert.ok(renderReference().includes(`With \`type = ${type}\`: ${sentence}`))
      assert.ok(configurationPage().includes(`: ${sentence}`))
    })

  const failing = {
    about: 'Always fails.',
    rows: {},
    example: { name: 'failing', values: { required: 'no' } },
  }

  test('that has no keys of its own is explained without a table', () => {
    assert.equal(checkTypeText(['failing', failing]), 'With `type = failing`: Always fails.\n')
  })

  test('may have a sample in which a key of all checks is not its default', () => {
    const lines = checkSection('failing', failing, false).split('\n')
    assert.deepEqual(lines.slice(0, 3), ['# Always fails.', ';[check.failing]', ';type = failing'])
    assert.equal(lines.at(-1), ';required = no')
  })
})
