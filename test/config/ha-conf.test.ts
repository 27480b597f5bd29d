import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { absentHaConf, readHaConf, unreadableHaConf } from '../../src/config/ha-conf.ts'

const file = '/etc/xivo/ha.conf'
const read = (value: unknown) => readHaConf(file, JSON.stringify(value))

describe('ha.conf', () => {
  for (const address of ['10.34.1.10', 'wazo-1.example.org', 'fd00::10'])
    test(`of a slave names its master: ${address}`, () => {
      const said = read({ node_type: 'slave', remote_address: address, more: 1 })
      assert.deepEqual(said, { is: 'slave', file, address })
    })

  const others: [string, ReturnType<typeof read>, string][] = [
    ['of a master', read({ node_type: 'master', remote_address: '10.34.1.11' }), 'has node_type master'],
    ['of a node without HA', read({ node_type: 'disabled', remote_address: '' }), 'has node_type disabled'],
    ['of a type of its own', read({ node_type: '\u001b[2Jx' }), 'has node_type …'],
    ['that is not there', absentHaConf(file), 'does not exist'],
  ]
  for (const [which, said, what] of others)
    test(`${which} says that this node is no slave`, () => {
      assert.deepEqual([said.is, said.is !== 'slave' && said.what], ['other', `${file} ${what}`])
    })

  const nonsense: [string, string][] = [
    ['is empty', ''],
    ['is half written', '{"node_type": "slave", "remote_add'],
    ['is no object', '"slave"'],
    ['is null', 'null'],
    ['has no node_type', '{"remote_address": "10.34.1.10"}'],
    ['has a node_type that is no word', '{"node_type": ["slave"], "remote_address": "10.34.1.10"}'],
  ]
  for (const [which, text] of nonsense)
    test(`that ${which} says nothing`, () => {
      const said = readHaConf(file, text)
      assert.equal(said.is, 'unusable')
      assert.match(
        said.is === 'unusable' ? said.what : '',
        /^\/etc\/xivo\/ha\.conf is torn or of another kind/,
      )
    })

  for (const address of ['', '0.0.0.0', '10.34.1', '10.34.1.10:80', 'a b', 17, null, undefined])
    test(`of a slave whose master is no host says nothing: ${address}`, () => {
      const said = read({ node_type: 'slave', remote_address: address })
      assert.equal(said.is, 'unusable')
      assert.match(said.is === 'unusable' ? said.what : '', /remote_address that is not a host name/)
    })

  test('that may not be read says nothing, and names the cure', () => {
    const said = unreadableHaConf(file, 'EACCES')
    assert.deepEqual(said, {
      is: 'unusable',
      file,
      what: `${file} can't be read: permission denied`,
      cure: `let the user berofosd read it: chmod o+r ${file}`,
    })
  })

  test('that is cut off anywhere never says that this node is no slave', () => {
    const text = '{"node_type": "slave", "remote_address": "10.34.1.10"}\n'
    for (let length = 0; length < text.length - 2; length++)
      assert.equal(readHaConf(file, text.slice(0, length)).is, 'unusable', text.slice(0, length))
  })

  test('is read whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => readHaConf(file, text).file === file))
  })
})
