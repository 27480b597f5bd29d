import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseConfigPage } from '../../../src/berofos/http/config-page.ts'

const page = (...lines: string[]) => ['bnfos_confmap_magic=0.1', ...lines, ''].join('\n')
const valuesOf = (text: string) => {
  const parsed = parseConfigPage(text)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error)
  return parsed.reading.values
}
const errorOf = (text: string) => {
  const parsed = parseConfigPage(text)
  assert.ok(!parsed.ok)
  return parsed.error
}

// Every key of the parameter interface, with check boxes as the firmware's form prints them.
const whole = page(
  '1_sz=0',
  '4_mode=1',
  '1_rm=checked',
  '5_p0=1',
  '1_p0=checked',
  '5_p1=0',
  '1_p1=',
  '3_dn=fos1',
  '3_ip=10.34.1.20',
  '3_nm=255.255.255.0',
  '3_gw=10.34.1.1',
  '3_dns=010.034.001.002',
  '3_dhcp=',
  '3_port=80',
  '3_pwd=checked',
  '2_mhost=mail.example',
  '2_mfrom=',
  '2_mto=a=b; c # d',
  '3_log=checked',
  '3_loghost=10.34.1.9',
  '3_logport=514',
  '6_wen=1',
  '2_wen=',
  '6_wstate=2',
  '2_wintv=60',
  '2_as=checked',
  '2_men=',
  '0_wretv=17',
)

test('every readable parameter is read', () => {
  assert.deepEqual(valuesOf(whole), {
    scenario: '0',
    mode: '1',
    modedef: '1',
    power1: '1',
    power1def: '1',
    power2: '0',
    power2def: '0',
    hostname: 'fos1',
    address: '10.34.1.20',
    netmask: '255.255.255.0',
    gateway: '10.34.1.1',
    dns: '10.34.1.2',
    dhcp: '0',
    port: '80',
    pwd: '1',
    smtpserv: 'mail.example',
    smtpfrom: '',
    smtpto: 'a=b; c # d',
    syslog: '1',
    slgip: '10.34.1.9',
    slgpt: '514',
    wdog: '1',
    wdogdef: '0',
    wdogstate: '2',
    wdogitime: '60',
    wdogaudio: '1',
    wdogmail: '0',
    wdogrtime: '17',
  })
})

test('line ends may be CRLF, and blank lines and blanks do not matter', () => {
  const odd = `\ufeff\r\n  bnfos_confmap_magic = 0.1 \r\n\r\n4_mode = 0 \r\n`
  assert.deepEqual(valuesOf(odd), { mode: '0' })
})

for (const [shown, value] of [
  ['checked', '1'],
  ['CHECKED', '1'],
  ['1', '1'],
  ['0', '0'],
  ['', '0'],
] as const) {
  test(`a check box that shows ${JSON.stringify(shown)} reads ${value}`, () => {
    assert.equal(valuesOf(page(`1_rm=${shown}`, '4_mode=1')).modedef, value)
  })
}

test('keys that are not known are passed over', () => {
  assert.deepEqual(valuesOf(page('1_szd00=A', '2_mail=x', '__proto__=1', 'nonsense', '4_mode=1')), {
    mode: '1',
  })
})

test('a page without the magic line is not a configuration', () => {
  const sentence = 'no bnfos_confmap_magic line: not a berofos, or not its /config.txt'
  assert.equal(errorOf('4_mode=1\n'), sentence)
  assert.equal(errorOf(''), sentence)
})

test('another version of the page is read with a warning', () => {
  const parsed = parseConfigPage('bnfos_confmap_magic=0.2\n4_mode=1\n')
  assert.ok(parsed.ok)
  assert.equal(parsed.reading.warning, 'bnfos_confmap_magic is "0.2", known is 0.1')
  assert.equal(parsed.reading.values.mode, '1')
})

test('a page as expected has no warning', () => {
  const parsed = parseConfigPage(whole)
  assert.ok(parsed.ok)
  assert.equal(parsed.reading.warning, null)
})

test('a mode that is none is an error that names its key', () => {
  assert.equal(errorOf(page('4_mode=banana')), '4_mode="banana" in config.txt: mode has to be 0 or 1')
})

for (const [line, keyword] of [
  ['5_p0=255', 'power1'],
  ['2_men=on', 'wdogmail'],
  ['6_wstate=3', 'wdogstate'],
  ['1_rm=on', 'modedef'],
  ['1_sz=-1', 'scenario'],
  ['6_wen=on', 'wdog'],
  ['2_wintv=1e9', 'wdogitime'],
  ['3_dn=\ufffd', 'hostname'],
  ['2_mto=a\0b', 'smtpto'],
] as const) {
  test(`${JSON.stringify(line)} is left out with a warning, and the mode is still read`, () => {
    const parsed = parseConfigPage(page(line, '4_mode=1'))
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.reading.values, { mode: '1' })
    assert.match(parsed.reading.warning ?? '', new RegExp(`${keyword} has to be`))
  })
}

test('a watchdog that reads 2 is on and tripped, with no warning', () => {
  const parsed = parseConfigPage(page('6_wen=2', '6_wstate=2', '4_mode=0'))
  assert.deepEqual(parsed.ok && parsed.reading, {
    values: { wdog: '2', wdogstate: '2', mode: '0' },
    warning: null,
  })
})

test('a countdown that makes no sense is left out without a warning: it would be another one each time', () => {
  const parsed = parseConfigPage(page('0_wretv=-1', '4_mode=0'))
  assert.deepEqual(parsed.ok && parsed.reading, { values: { mode: '0' }, warning: null })
})

test('a mode that is shown twice alike, or once as nothing that makes sense, is read', () => {
  assert.deepEqual(valuesOf(page('4_mode=1', '4_mode=1')), { mode: '1' })
  assert.deepEqual(valuesOf(page('4_mode=banana', '4_mode=1')), { mode: '1' })
  assert.deepEqual(valuesOf(page('4_mode=', '4_mode=0')), { mode: '0' })
})

test('a mode that is shown as both is an error, and another key that is shown twice a warning', () => {
  assert.equal(errorOf(page('4_mode=1', '4_mode=0')), 'config.txt shows mode more than once: "1" and "0"')
  const parsed = parseConfigPage(page('4_mode=1', '3_port=80', '3_port=81'))
  assert.deepEqual(parsed.ok && parsed.reading, {
    values: { mode: '1', port: '81' },
    warning: 'config.txt shows port more than once: "80" and "81"',
  })
})

test('a page that is not whole is read with a warning when the line of the mode is', () => {
  const parsed = parseConfigPage('bnfos_confmap_magic=0.1\n4_mode=1\n1_sz=', 'it broke off')
  assert.deepEqual(parsed.ok && parsed.reading, { values: { mode: '1' }, warning: 'it broke off' })
})

for (const torn of ['', 'bnfos_confmap', 'bnfos_confmap_magic=0.1\n', 'bnfos_confmap_magic=0.1\n4_mode=1'])
  test(`a page that is not whole and breaks off at ${JSON.stringify(torn.slice(-6))} is an error`, () => {
    assert.deepEqual(parseConfigPage(torn, 'it broke off'), { ok: false, error: 'it broke off' })
  })

test('an address that is none is left out with a warning, and the mode is still read', () => {
  const parsed = parseConfigPage(page('3_ip=n/a', '4_mode=1'))
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.reading.values, { mode: '1' })
  assert.match(parsed.reading.warning ?? '', /3_ip="n\/a" in config.txt: address has to be an IPv4 address/)
})

test('a page that breaks off at the mode does not read as mode 0', () => {
  assert.deepEqual(valuesOf('bnfos_confmap_magic=0.1\n4_mode='), {})
})

for (const key of ['4_mode', '1_sz', '5_p0', '6_wen'])
  test(`an empty ${key} is not read as off, since the device shows it as a number`, () => {
    assert.deepEqual(valuesOf(page(`${key}=`, '3_ip=10.0.0.1')), { address: '10.0.0.1' })
  })

test('an empty address is no value', () => {
  assert.deepEqual(valuesOf(page('3_gw=', '3_logport=')), {})
})

test('whatever a stranger sends appears in an error without control characters', () => {
  assert.match(errorOf(page(`4_mode=\x1b[31m\x07${'x'.repeat(500)}`)), /^[\x20-\x7e…]{1,120}$/)
})

test('no text makes the parser throw', () => {
  const line = fc.constantFrom(
    'bnfos_confmap_magic=0.1',
    '4_mode=1',
    '4_mode=',
    '1_rm=checked',
    '=',
    '\r',
    '3_ip=1.2',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(line).map(lines => lines.join('\n')),
  )
  fc.assert(fc.property(text, shown => typeof parseConfigPage(shown).ok === 'boolean'))
})

test('a value that makes no sense is warned of once, however often the page has it', () => {
  const parsed = parseConfigPage(page(...Array<string>(5000).fill('3_ip=x')))
  assert.ok(parsed.ok)
  assert.equal(parsed.reading.warning, '3_ip="x" in config.txt: address has to be an IPv4 address')
})
