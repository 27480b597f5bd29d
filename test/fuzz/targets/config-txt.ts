import assert from 'node:assert/strict'
import { parseConfigPage } from '../../../src/berofos/http/config-page.ts'
import { parameterNamed, parameters } from '../../../src/berofos/parameters.ts'
import type { Random } from '../../helpers/random.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'

const magic = 'bnfos_confmap_magic=0.1\n'
const keys = parameters.flatMap(({ key }) => key ?? [])
const shown = [
  '',
  '0',
  '1',
  '2',
  'checked',
  'yes',
  '80',
  '60',
  '65536',
  '10.34.1.20',
  '010.034.001.002',
  '1.2.3',
  'fos1',
  'a b',
  'a=b',
]

export const configTxt: Target = {
  name: 'config.txt',
  holds: 'values that their codecs take again, or an error of one line',
  seeds: [
    Buffer.from(`${magic}${keys.map(key => `${key}=1\n`).join('')}`),
    Buffer.from(
      `${magic}1_sz=0\n4_mode=1\n1_rm=checked\n3_ip=10.34.1.20\n3_dn=fos1\n3_port=80\n2_wintv=60\n6_wstate=2\n0_wretv=17\n`,
    ),
    Buffer.from(`${magic}4_mode=0\n1_szd00=x\n1_szd01=\n2_mail=\n`),
    Buffer.from('<html><body>404</body></html>'),
  ],
  words: [
    magic,
    '\n',
    '\r\n',
    '=',
    ...keys.map(key => `${key}=`),
    ...shown.map(value => `=${value}\n`),
    '__proto__=1\n',
  ],
  generate: generated,
  limitMs: 250,
  open: () => ({ run: readPage }),
}

function readPage(input: Buffer): void {
  const parsed = parseConfigPage(input.toString('utf8'))
  if (!parsed.ok) {
    expectOneLine(parsed.error)
    return
  }
  const { values, warning } = parsed.reading
  if (warning !== null) expectOneLine(warning, 8096)
  for (const [keyword, value] of Object.entries(values)) {
    const parameter = parameterNamed(keyword)
    assert.ok(parameter?.key, `${keyword} is no parameter that is shown`)
    assert.equal(parameter.codec.decode(value), value, `${keyword} is shown otherwise`)
    assert.ok(input.includes(parameter.key), `${keyword} is not on the page`)
    if (parameter.keyword === 'mode') assert.match(value, /^[01]$/)
  }
}

function generated(random: Random): Buffer {
  const lines = random.many(0, 12, () => `${random.pick(keys)}=${random.pick(shown)}`)
  const end = random.pick(['\n', '\n', '\r\n', '\r'])
  return Buffer.from([random.oneIn(9) ? 'bnfos_confmap_magic=9' : magic.trim(), ...lines, ''].join(end))
}
