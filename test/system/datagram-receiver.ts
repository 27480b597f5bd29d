import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { libc } from '../../src/system/libc.ts'
import { addressOf } from '../../src/system/unix-datagram.ts'

const library = koffi.load(null)
const bind = library.func('int bind(int, const void *, uint32_t)')
const recv = library.func('long recv(int, _Out_ void *, size_t, int)')
const MSG_DONTWAIT = 0x40
/** Longer than any line of the log. */
const longestBytes = 1 << 16

/** A bound datagram socket, by default in a directory of its own. It reads between ticks only: within one tick it is stalled. */
export function openReceiver(at?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'receiver-'))
  const path = at ?? join(directory, 'socket')
  const received: string[] = []
  const opened = libc()?.unixDatagramSocket()
  const address = addressOf(path)
  assert.ok(opened?.ok && typeof address !== 'string', path)
  const fd = opened.value
  assert.equal(bind(fd, address, address.length), 0, `bind ${path}: errno ${koffi.errno()}`)
  const bytes = Buffer.alloc(longestBytes)
  const read = (): number => recv(fd, bytes, bytes.length, MSG_DONTWAIT)
  const reading = setInterval(() => {
    for (let length = read(); length >= 0; length = read()) received.push(bytes.toString('utf8', 0, length))
  }, 2)
  let open = true
  return {
    path,
    received,
    close: () => {
      if (open) libc()?.close(fd)
      open = false
      clearInterval(reading)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
