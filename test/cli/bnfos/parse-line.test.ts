import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { helpLines } from '../../../src/cli/bnfos/help.ts'
import { modes, optionsOf } from '../../../src/cli/bnfos/modes.ts'
import { typedAs } from '../../../src/cli/bnfos/options.ts'
import { parseLine } from '../../../src/cli/bnfos/parse-line.ts'

function run(...args: string[]) {
  const parsed = parseLine(args)
  if (parsed.kind !== 'run') throw new Error(`${args.join(' ')}: ${JSON.stringify(parsed)}`)
  return parsed
}

function wrong(...args: string[]): string {
  const parsed = parseLine(args)
  return parsed.kind === 'wrong' ? parsed.sentence : assert.fail(`${args.join(' ')}: ${parsed.kind}`)
}

describe('A command line of bnfos', () => {
  it('is read as getopt_long reads it: bundled letters, values attached or apart, names cut short', () => {
    for (const args of [
      ['--scan', '-x', '-h', 'fos.example'],
      ['-xh', 'fos.example', '--scan'],
      ['--sc', '-hfos.example', '-x'],
    ]) {
      const { mode, values } = run(...args)
      assert.deepEqual([mode.name, values.write, values.host], ['scan', true, 'fos.example'])
    }
  })

  it('has the KEY=VALUE of --set apart or behind an equals sign, byte for byte', () => {
    for (const args of [['--set', 'smtpfrom=a = b'], ['--set=smtpfrom=a = b']])
      assert.equal(run(...args, '-f', 'fos1').argument, 'smtpfrom=a = b')
  })

  it('takes -h for the host, never for help', () => {
    assert.match(wrong('--scan', '-h'), /^-h needs a host name or an IPv4 address$/)
    assert.equal(parseLine(['--scan', '--help']).kind, 'help')
  })

  it('counts the last of an option that is given twice', () => {
    assert.equal(run('--scan', '-t', '1', '-t', '2').values.timeoutMs, 2000)
  })

  it('has the time-outs and pauses in seconds, and -t changes nothing but the time-out', () => {
    const { values } = run('--ping', '-f', 'fos1', '-t', '5', '-w', '0.5')
    assert.deepEqual([values.timeoutMs, values.pauseMs, values.syslog], [5000, 500, false])
  })

  it('takes all of --netconf', () => {
    const line = '--netconf -f fos1 -i 10.34.1.20 -n 255.255.255.0 -g 10.34.1.1 -e 2 -d 0 -a 1 -p 8080'
    const { address, netmask, gateway, ethernet, dhcp, httpAuth, port } = run(...line.split(' ')).values
    assert.deepEqual(
      [address, netmask, gateway, ethernet, dhcp, httpAuth, port],
      ['10.34.1.20', '255.255.255.0', '10.34.1.1', 'mbit100', false, true, 8080],
    )
  })

  const refused: readonly (readonly [title: string, line: string, sentence: RegExp])[] = [
    ['without a mode', '-f fos1', /^no mode is given: --scan, --netconf, .*--show$/],
    [
      'with two modes',
      '--set mode=1 --get mode -f fos1',
      /^--set and --get are given both: one mode at a time$/,
    ],
    [
      'with one mode twice',
      '--set mode=1 --set wdog=0 -f fos1',
      /^--set is given twice: one mode at a time$/,
    ],
    ['without a device', '--set mode=1', /^--set needs -h HOST, or -f ID$/],
    ['without the MAC of a ping', '--ping -h 10.0.0.1', /^--ping needs -m MAC, or -f ID$/],
    [
      'with half of what --flash needs',
      '--flash x.bin -m 00:19:32:00:12:1D',
      /needs -m MAC and -h HOST, or -f ID$/,
    ],
    ['without the value of a mode', '--get', /^--get needs KEY: see bnfos --help$/],
    ['with an option of another mode', '--set mode=1 -f fos1 -x', /^-x is no option of --set: leave it out$/],
    ['with an unknown letter', '--scan -z', /^unknown option -z: see bnfos --help$/],
    ['with an unknown name', '--scna', /^unknown option --scna, did you mean --scan\?$/],
    ['with an ambiguous name', '--s', /^unknown option --s/],
    ['with a value where none is taken', '--scan=1', /^--scan takes no value$/],
    [
      'with a wrong MAC',
      '--ping -m 00:19:32',
      /^-m needs a MAC such as 00:19:32:00:12:1D, which "00:19:32" is not$/,
    ],
    [
      'with an IPv6 address',
      '--scan -h ::1',
      /^-h needs a host name or an IPv4 address, which "::1" is not$/,
    ],
    ['without an address', '--netconf -f fos1 -i -n -g -d 0', /^-i needs an IPv4 address$/],
    [
      'with a port out of range',
      '--show -f fos1 -p 70000',
      /^-p needs a whole number from 1 to 65535, which/,
    ],
    ['with no time at all', '--scan -t 0', /^-t needs seconds, from 0.1 to 86400, which "0" is not$/],
    ['with another switch', '--netconf -f fos1 -d 2', /^-d needs 0 or 1, which "2" is not$/],
    ['with an argument that is no option', '--scan fos1', /^there is an unexpected argument: /],
    ['with one behind --', '--scan -- -x', /^there is an unexpected argument: /],
  ]
  for (const [title, line, sentence] of refused)
    it(`${title} is refused in one sentence with the cure`, () =>
      assert.match(wrong(...line.split(' ')), sentence))

  it('never shows back what may be a password', () => {
    const secret = 'Sesame7'
    for (const args of [
      ['--set', 'apwd=', secret, '-f', 'fos1'],
      ['--get', 'mode', '-h', 'a', `-u${secret}`],
      ['--get', 'mode', '-h', 'a', '-u', secret],
      [`--apwd=${secret}`],
      ['--set', `apwd=${secret}`, '--get', secret],
      [`-${secret}`],
    ])
      assert.ok(!wrong(...args).includes(secret), args.join(' '))
  })

  it('is understood or refused, whatever is typed', () => {
    const words = [...modes.map(({ name }) => `--${name}`), '-h', '-f', '-x', '-u', '-c', '--', '-', '']
    const word = fc.oneof(fc.constantFrom(...words), fc.string())
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), args => {
        const parsed = parseLine(args)
        if (parsed.kind === 'wrong') assert.match(parsed.sentence, /^[ -~]+$/)
      }),
    )
  })
})

describe('The help of bnfos', () => {
  it('names every mode, what it needs and what it takes, within 80 columns', () => {
    const text = helpLines().join('\n')
    for (const mode of modes) {
      const part = text.slice(text.indexOf(`  --${mode.name}`)).split('\n\n')[0] ?? ''
      for (const name of optionsOf(mode)) assert.ok(part.includes(typedAs(name)), `${mode.name} ${name}`)
    }
    assert.ok(Math.max(...helpLines().map(line => line.length)) <= 80)
  })
})
