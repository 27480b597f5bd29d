import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { berofosd } from '../../src/cli/berofosd/program.ts'
import { choosingOption } from '../../src/cli/command.ts'
import { commandHelp, programHelp } from '../../src/cli/usage.ts'
import { widthOf } from './run-berofosd.ts'

describe('Help', () => {
  it('names every command with its line', () => {
    const text = programHelp(berofosd).join('\n')
    for (const { name, help } of berofosd.commands)
      assert.ok(text.includes(name) && text.includes(help), name)
  })

  for (const row of berofosd.commands) {
    it(`of ${row.name} names every option, within 80 columns`, () => {
      const text = commandHelp(berofosd, row).join('\n')
      for (const name of Object.keys(row.options)) assert.match(text, new RegExp(`--${name}\\b`))
      assert.ok(widthOf(text) <= 80)
    })
  }

  it('shows what an option is when it is not given, as it is typed', () => {
    const simulate = berofosd.commands.find(({ name }) => name === 'simulate') ?? assert.fail()
    assert.match(commandHelp(berofosd, simulate).join('\n'), /--delay TIME .*\(20ms\)/)
  })
})

describe('The table of commands', () => {
  it('has one meaning for an option of one name: a switch, or a value, and one letter', () => {
    const seen = new Map<string, string>()
    for (const { options } of berofosd.commands)
      for (const [name, { placeholder, short }] of Object.entries(options)) {
        const shape = `${placeholder === null ? 'switch' : 'value'} ${short ?? ''}`
        assert.equal(seen.get(name) ?? shape, shape, name)
        seen.set(name, shape)
      }
  })

  it('has the option that chooses a command in the row of that command', () => {
    for (const row of berofosd.commands.filter(({ name }) => name.startsWith('--')))
      assert.ok(choosingOption(row), row.name)
  })
})
