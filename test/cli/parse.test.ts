import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { berofosd } from '../../src/cli/berofosd/program.ts'
import { parseLine } from '../../src/cli/parse.ts'

const parse = (line: string) => parseLine(berofosd, line === '' ? [] : line.split(' '))

function chosen(line: string) {
  const parsed = parse(line)
  assert.equal(parsed.kind, 'run', JSON.stringify(parsed))
  return parsed.kind === 'run' ? parsed : assert.fail()
}

function sentence(line: string): string {
  const parsed = parse(line)
  return parsed.kind === 'wrong' ? parsed.sentence : assert.fail(`${line} is taken as ${parsed.kind}`)
}

describe('A command line', () => {
  for (const [line, name] of [
    ['', 'run'],
    ['run', 'run'],
    ['-c /x', 'run'],
    ['-c /x status', 'status'],
    ['status -c /x', 'status'],
    ['--force master', '--force'],
    ['--force=master --for 2h', '--force'],
    ['force master', '--force'],
    ['-c /x force auto', '--force'],
    ['force --for 2h slave', '--force'],
    ['--reason why --force slave', '--force'],
    ['history -n5', 'history'],
    ['simulate --tell /s relay 3 hang', 'simulate'],
    ['check-config /x', 'check-config'],
    ['doctor fos1 fos2', 'doctor'],
    ['history --since 12h --relay fos1 -f', 'history'],
  ] as const) {
    it(`"${line}" is ${name}`, () => assert.equal(chosen(line).command.name, name))
  }

  for (const [line, option, value] of [
    ['status', 'config', '/etc/berofosd.conf'],
    ['status', 'bnfos-conf', '/etc/bnfos.conf'],
    ['status --config /x', 'config', '/x'],
    ['status --json', 'json', true],
    ['status', 'json', false],
    ['history', 'count', 20],
    ['history -n 5', 'count', 5],
    ['pause --for 90m', 'for', 5_400_000],
    ['pause', 'for', null],
    ['--force auto', 'force', 'auto'],
    ['force auto', 'force', 'auto'],
    ['force --for 2h slave --reason works', 'force', 'slave'],
    ['force slave --for 2h', 'for', 7_200_000],
    ['simulate --delay 0s', 'delay', 0],
  ] as const) {
    it(`"${line}" has ${option} ${value}`, () => assert.equal(chosen(line).values[option], value))
  }

  it('keeps the words of a steering line in order', () => {
    assert.deepEqual(chosen('simulate --tell /s relay 3 slow 500ms').words, ['relay', '3', 'slow', '500ms'])
  })

  for (const [line, expected] of [
    ['statsu', 'unknown command "statsu", did you mean status?'],
    ['frobnicate', 'unknown command "frobnicate": see \'berofosd --help\''],
    ['force', 'force needs a value: master, slave, server, pbx or auto'],
    ['force mastr', 'force takes master, slave, server, pbx or auto, not "mastr"'],
    ['force master --force slave', '--force is given twice: master and slave'],
    ['force slave twice', '"twice" is not expected: see \'berofosd --help\''],
    ['status --jsn', 'unknown option --jsn, did you mean --json?'],
    ['status --zzzzzz', "unknown option --zzzzzz: see 'berofosd --help'"],
    ['status -x', "unknown option -x: see 'berofosd --help'"],
    ['--forse master', 'unknown option --forse, did you mean --force?'],
    ['history --watch', "--watch is no option of 'berofosd history': see --help"],
    ['status --force master', "--force is no option of 'berofosd status': see --help"],
    ['--force', '--force needs a value: master, slave, server, pbx or auto'],
    ['--force both', '--force takes master, slave, server, pbx or auto, not "both"'],
    ['--force Master', '--force takes master, slave, server, pbx or auto, not "Master"'],
    ['--force master slave', '"slave" is not expected: see \'berofosd --help\''],
    ['--force master --force slave', '--force is given twice: master and slave'],
    ['pause --for 5', '--for takes 1s to 365d, one number and unit such as 90m, not "5"'],
    ['pause --for 500ms', '--for takes 1s to 365d, one number and unit such as 90m, not "500ms"'],
    ['pause --for 1h30m', '--for takes 1s to 365d, one number and unit such as 90m, not "1h30m"'],
    ['simulate --delay 1', '--delay takes 0s to 365d, one number and unit such as 500ms, not "1"'],
    ['history -n 0', '-n takes a whole number from 1 to 1000, not "0"'],
    ['history -n', '-n needs a value: a whole number from 1 to 1000'],
    ['status --json=yes', '--json takes no value'],
    ['help stats', 'unknown command "stats", did you mean status?'],
    ['status now', '"now" is not expected: see \'berofosd status --help\''],
    ['-c', '-c needs a value: a text of 1 to 4096 characters'],
  ] as const) {
    it(`"${line}" is wrong: ${expected}`, () => assert.equal(sentence(line), expected))
  }

  it('with --help asks for help, whatever else is wrong with it', () => {
    const parsed = parse('status --zzz --help')
    assert.equal(parsed.kind === 'help' && parsed.command?.name, 'status')
    assert.deepEqual(parse('--help'), { kind: 'help', command: null })
  })

  for (const line of [
    'help force',
    '--force --help',
    '--force slave --help',
    '--help --force',
    '--force=slave --help',
  ])
    it(`"${line}" asks for help on --force`, () => {
      const parsed = parse(line)
      assert.equal(parsed.kind === 'help' && parsed.command?.name, '--force')
    })

  it('tells no password of an option that takes one', () => {
    const login = `admin:${'Secret'.repeat(5)}`
    assert.equal(sentence(`simulate --login ${login}`), '--login takes a text of 1 to 21 characters')
    assert.equal(sentence('simulate --login admin:Secret1 --login admin:Secret2'), '--login is given twice')
  })

  it('with --version asks for it', () => assert.deepEqual(parse('run --version'), { kind: 'version' }))

  it('of any words is a command, help, or one sentence', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '--force',
        '-n',
        '--',
        '-',
        '--json',
        'status',
        'run',
        '__proto__',
        '--constructor',
        '-c',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), args => {
        const parsed = parseLine(berofosd, args)
        if (parsed.kind === 'wrong') assert.ok(parsed.sentence.length > 10)
      }),
    )
  })
})
