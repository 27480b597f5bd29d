import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parameterNamed, parameters } from '../../src/berofos/parameters.ts'

const encoded = (keyword: string, value: string) => parameterNamed(keyword)?.codec.encode(value)

test('parameters stand in the order in which they are listed', () => {
  assert.deepEqual(
    parameters.map(parameter => parameter.keyword).join(' '),
    'scenario mode modedef power1 power1def power2 power2def hostname address netmask gateway dns dhcp port pwd ' +
      'apwd smtpserv smtpfrom smtpto smtptest syslog slgip slgpt wdog wdogdef wdogstate wdogitime wdogaudio ' +
      'wdogmail wdogrtime',
  )
})

for (const [keyword, typed, wire] of [
  ['mode', 'YES', '1'],
  ['mode', 'y', '1'],
  ['mode', 'True', '1'],
  ['mode', '1', '1'],
  ['dhcp', 'no', '0'],
  ['dhcp', 'N', '0'],
  ['dhcp', 'false', '0'],
  ['wdogstate', '0', '0'],
  ['address', '10.34.1.20', '10.34.1.20'],
  ['port', '080', '80'],
  ['wdogitime', '65535', '65535'],
  ['apwd', '123456789012345', '123456789012345'],
  ['apwd', ' a;b#"=', ' a;b#"='],
  ['apwd', '', ''],
  ['hostname', 'bero_fos', 'bero_fos'],
  ['smtpto', 'Büro <a@b>', 'Büro <a@b>'],
  ['smtpserv', '', ''],
  ['hostname', 'fos-1.example', 'fos-1.example'],
  ['smtptest', 'anything', ''],
] as const) {
  test(`${keyword}=${typed} is sent as ${JSON.stringify(wire)}`, () =>
    assert.equal(encoded(keyword, typed), wire))
}

for (const [keyword, typed] of [
  ['mode', 'banana'],
  ['mode', ''],
  ['mode', '2'],
  ['mode', 'checked'],
  ['wdogstate', '2'],
  ['address', '10.34.1'],
  ['address', '10.34.1.256'],
  ['address', '10.34.01.2'],
  ['address', ''],
  ['port', '0'],
  ['port', '65536'],
  ['port', '8e1'],
  ['wdogitime', '-1'],
  ['apwd', '1234567890123456'],
  ['apwd', 'äöüäöüäö'],
  ['hostname', 'no blanks'],
  ['hostname', '-x'],
  ['smtpto', 'two\nlines'],
] as const) {
  test(`${keyword}=${JSON.stringify(typed)} is refused`, () => assert.equal(encoded(keyword, typed), null))
}

test('a keyword is found in any case', () => {
  assert.equal(parameterNamed('WDogDef')?.key, '2_wen')
})
