import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseArguments, usage } from '../../../src/cli/xivo-berofos/arguments.ts'

const usual = {
  kind: 'run',
  role: 'master',
  quiet: false,
  verbose: false,
  syslog: false,
  configFile: '/etc/berofosd.conf',
  bnfosFile: '/etc/bnfos.conf',
}

describe('The command line of xivo-berofos', () => {
  const taken: [string, object][] = [
    ['master', {}],
    ['slave', { role: 'slave' }],
    ['-q master', { quiet: true }],
    ['master --quiet', { quiet: true }],
    ['-v master', { verbose: true }],
    ['--verbose master', { verbose: true }],
    ['-qv master', { quiet: true, verbose: true }],
    ['--syslog slave', { syslog: true, role: 'slave' }],
    // argparse took them, and scripts may have been written so.
    ['--sys --qui --verb master', { syslog: true, quiet: true, verbose: true }],
    ['-c /x master', { configFile: '/x' }],
    ['--config=/x --bnfos-conf /y master', { configFile: '/x', bnfosFile: '/y' }],
  ]
  for (const [line, meant] of taken)
    it(`takes: ${line}`, () => assert.deepEqual(parseArguments(line.split(' '), {}), { ...usual, ...meant }))

  const refused: [string, RegExp][] = [
    ['', /^master or slave is missing$/],
    ['-q', /^master or slave is missing$/],
    ['auto', /^"auto" is neither master nor slave$/],
    ['Master', /^"Master" is neither/],
    ['master slave', /^"slave" is not expected after master$/],
    ['master --force', /^unknown option --force$/],
    ['master -x', /^unknown option -x$/],
    ['--ver master', /^unknown option --ver$/],
    ['--quiet=yes master', /^--quiet takes no value$/],
    ['master -c', /^-c needs a value: FILE$/],
    ['master --config=', /^--config needs a value: FILE$/],
  ]
  for (const [line, sentence] of refused)
    it(`refuses: ${line || '(nothing)'}`, () => {
      const parsed = parseArguments(
        line.split(' ').filter(word => word !== ''),
        {},
      )
      assert.ok(parsed.kind === 'wrong')
      assert.match(parsed.sentence, sentence)
    })

  it('finds the devices in the file that BNFOS_CONF names', () => {
    const parsed = parseArguments(['master'], { BNFOS_CONF: '/elsewhere' })
    assert.deepEqual(parsed, { ...usual, bnfosFile: '/elsewhere' })
  })

  it('takes an empty BNFOS_CONF for none', () =>
    assert.deepEqual(parseArguments(['master'], { BNFOS_CONF: '' }), usual))

  it('has help that fits a terminal', () => {
    assert.deepEqual(parseArguments(['-h'], {}), { kind: 'help' })
    assert.deepEqual(parseArguments(['--help', 'nonsense'], {}), { kind: 'help' })
    assert.ok(usage.every(line => line.length <= 80))
  })
})
