import assert from 'node:assert/strict'
import { readHaConf } from '../../../src/config/ha-conf.ts'
import { expectOneLine } from '../expect.ts'
import type { Target } from '../target.ts'

const whole = '{"node_type": "slave", "remote_address": "10.34.1.10"}'

export const haConf: Target = {
  name: 'ha.conf',
  holds: 'the address of a host, or what is wrong and its cure in one line',
  seeds: [whole, whole.replace('slave', 'master'), whole.replace('slave', 'disabled'), '{}', ''].map(text =>
    Buffer.from(text),
  ),
  words: [
    '"slave"',
    '"node_type":',
    '"remote_address":',
    'null',
    '[]',
    '{',
    '}',
    '"::1"',
    '"\\u2028"',
    '1e999',
    '"wazo"',
  ],
  limitMs: 250,
  open: () => ({ run: read }),
}

function read(input: Buffer): void {
  const said = readHaConf('/etc/xivo/ha.conf', input.toString('utf8'))
  if (said.is === 'slave') assert.match(said.address, /^[\w.:%-]+$/)
  else {
    expectOneLine(said.what, 300)
    expectOneLine(said.cure, 300)
  }
}
