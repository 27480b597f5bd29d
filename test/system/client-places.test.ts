import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClientPlaces } from '../../src/system/client-places.ts'

/** Places of two clients, at a clock that the test moves. */
function open() {
  let now = 0
  const dropped: string[] = []
  const places = new ClientPlaces<{ destroy(): void }>(2, () => now)
  const client = (name: string) => ({ destroy: () => void dropped.push(name) })
  const enter = (name: string, afterMs = 100) => {
    now += afterMs
    const one = client(name)
    places.enter(one)
    return one
  }
  return { places, dropped, enter }
}

describe('The places of clients', () => {
  it('go to a newcomer from who has been idle for longest', () => {
    const { dropped, enter } = open()
    for (const name of ['a', 'b', 'c', 'd']) enter(name)
    assert.deepEqual(dropped, ['a', 'b'])
  })

  it('are kept by who has asked something lately', () => {
    const { places, dropped, enter } = open()
    const a = enter('a')
    enter('b')
    places.begin(a)
    places.end(a)
    enter('c')
    assert.deepEqual(dropped, ['b'])
  })

  it('are kept by whose request is being carried out', () => {
    const { places, dropped, enter } = open()
    places.begin(enter('a'))
    places.begin(enter('b'))
    enter('c')
    enter('d')
    assert.deepEqual(dropped, ['c'])
  })

  it('are free when a client has gone', () => {
    const { places, dropped, enter } = open()
    const a = enter('a')
    enter('b')
    places.leave(a)
    enter('c')
    assert.deepEqual(dropped, [])
  })

  it('are not taken from who has just come, before it could speak', () => {
    const { dropped, enter } = open()
    for (const name of ['a', 'b', 'c', 'd']) enter(name, 0)
    assert.deepEqual(dropped, [])
    enter('e')
    assert.deepEqual(dropped, ['a', 'b', 'c'])
  })

  it('have an end: of a flood the last are turned away', () => {
    const { dropped, enter } = open()
    for (let count = 0; count < 10; count++) enter(`${count}`, 0)
    assert.deepEqual(dropped, ['8', '9'])
  })
})
