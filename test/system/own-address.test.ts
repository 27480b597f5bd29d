import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { it } from 'node:test'
import { isOwnAddress } from '../../src/system/own-address.ts'

const own = Object.values(networkInterfaces())
  .flat()
  .flatMap(each => (each && !each.internal ? [each] : []))
const global = own.filter(({ address }) => !address.startsWith('fe80'))

it('An address of this node is its own', { skip: global.length === 0 && 'no network' }, async () => {
  for (const { address } of global) assert.equal(await isOwnAddress(address), true, address)
})

for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '198.51.100.7', '2001:db8::7'])
  it(`${address} counts for no address of this node`, async () =>
    assert.equal(await isOwnAddress(address), false))

for (const text of ['', 'pbx.example', '10.0.0', '300.1.1.1'])
  it(`'${text}' is no address`, async () => assert.equal(await isOwnAddress(text), false))
