import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DgramSocket } from 'node-unix-socket'

/** A bound datagram socket by default in a directory of its own. It reads between ticks only: within one tick it is stalled. */
export function openReceiver(at?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'receiver-'))
  const path = at ?? join(directory, 'socket')
  const received: string[] = []
  const socket = new DgramSocket()
  socket.on('data', (data: Buffer) => received.push(data.toString()))
  socket.on('error', () => {})
  socket.bind(path)
  return {
    path,
    received,
    close: () => {
      socket.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
