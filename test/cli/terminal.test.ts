import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Screen } from '../../src/cli/terminal.ts'

/** A screen, and each of its writes. */
function open() {
  const writes: string[] = []
  const screen = new Screen({ write: text => writes.push(text) })
  const written = () => writes.splice(0)
  return { screen, written }
}

describe('A screen', () => {
  it('takes the alternate one, and gives it back', () => {
    const { screen, written } = open()
    assert.ok(written().join('').startsWith('\x1b[?1049h\x1b[?25l'))
    screen.close()
    assert.ok(written().join('').endsWith('\x1b[?25h\x1b[?1049l'))
  })

  it('is drawn in one write, of the lines that changed', () => {
    const { screen, written } = open()
    screen.draw(['A', 'B', 'C'])
    written()
    screen.draw(['A', 'X', 'C'])
    assert.deepEqual(written(), ['\x1b[2;1H\x1b[2KX'])
  })

  it('is not written when nothing changed', () => {
    const { screen, written } = open()
    screen.draw(['A'])
    written()
    screen.draw(['A'])
    assert.deepEqual(written(), [])
  })

  it('forgets lines that are no longer there', () => {
    const { screen, written } = open()
    screen.draw(['A', 'B'])
    written()
    screen.draw(['A'])
    assert.deepEqual(written(), ['\x1b[2;1H\x1b[2K'])
  })

  it('is drawn anew once it is cleared', () => {
    const { screen, written } = open()
    screen.draw(['A'])
    screen.clear()
    written()
    screen.draw(['A'])
    assert.deepEqual(written(), ['\x1b[1;1H\x1b[2KA'])
  })
})
