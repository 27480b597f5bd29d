/**
 * The only door to node-unix-socket: datagrams to a unix socket, sent or refused on the spot.
 *
 * Measured with 0.2.7 on Node 20 and Linux:
 * - `sendTo` calls sendmsg at once, never blocks, and calls back before it returns, with and without an error.
 * - Errors have no code, only the C library's sentence; a path of more than 107 bytes is thrown; a path with a
 *   NUL is silently cut there.
 * - A full receive buffer (a stalled reader) is not reported: the datagram goes into a queue without bound, the
 *   callback stays away, and the open socket then burns a whole processor core polling. `close()` drops the queue.
 *   Hence: no callback by the return of `sendTo` is EAGAIN, and the socket is closed at once.
 * - An open socket keeps the process alive, is not freed by garbage collection, and is inherited by child
 *   processes. `close()` frees the descriptor before it returns. Hence: a socket lives for one burst only.
 * - The process is aborted by an offset or length outside the buffer, and by closing the native handle twice
 *   (DgramSocket guards against that one); a callback that throws wedges it. Neither can happen from here.
 * - The length of the address is always that of the whole structure, so abstract names are never reached.
 */
import { createRequire } from 'node:module'
import type { DgramSocket } from 'node-unix-socket'

/** `sent`: the receiver's queue has it. Otherwise why not; EUNAVAILABLE: no native addon for this platform. */
export type SendResult = 'sent' | SendFailure
export type SendFailure = (typeof failureByText)[number][1] | 'EINVAL' | 'ENOTSUP' | 'EUNAVAILABLE' | 'EIO'

export interface DatagramSender {
  /** Never blocks, never throws, keeps nothing: what is not sent now is the caller's to send again. */
  send(path: string, datagram: Buffer): SendResult
  close(): void
}

/** Opens nothing yet: the descriptor exists from a send until the end of the current tick. */
export function openDatagram(): DatagramSender {
  let socket: DgramSocket | null = null
  const close = () => {
    const closing = socket
    socket = null
    closing?.close()
  }
  return {
    send(path, datagram) {
      if (path.startsWith('@') || path.startsWith('\0')) return 'ENOTSUP'
      if (path === '' || path.includes('\0')) return 'EINVAL'
      if (Buffer.byteLength(path) > longestPathBytes) return 'ENAMETOOLONG'
      try {
        if (!socket) {
          socket = newSocket()
          if (!socket) return 'EUNAVAILABLE'
          queueMicrotask(close)
        }
        const result = sendNow(socket, path, datagram)
        if (result !== 'sent') close()
        return result
      } catch (error) {
        close()
        return failureOf(error)
      }
    },
    close,
  }
}

/** false: there is no native addon for this platform, every send is EUNAVAILABLE. */
export function datagramsAvailable(): boolean {
  return loadAddon() !== null
}

/** unix(7): sun_path has 108 bytes, with the final NUL. */
const longestPathBytes = 107

/** strerror(3) of glibc and musl. */
const failureByText = [
  ['No such file or directory', 'ENOENT'],
  ['Connection refused', 'ECONNREFUSED'],
  ['Permission denied', 'EACCES'],
  ['Message too long', 'EMSGSIZE'],
  ['Message too large', 'EMSGSIZE'],
  ['Resource temporarily unavailable', 'EAGAIN'],
  ['No buffer space available', 'EAGAIN'],
  ['Protocol wrong type for socket', 'EPROTOTYPE'],
  ['Not a directory', 'ENOTDIR'],
  ['Too many open files', 'EMFILE'],
  ['No file descriptors available', 'EMFILE'],
  ['path to bind is too long', 'ENAMETOOLONG'],
] as const

/** Loaded at the first send and held apart from the bundle: a native addon. undefined: not tried yet. */
let addon: typeof import('node-unix-socket') | null | undefined

function loadAddon(): typeof import('node-unix-socket') | null {
  if (addon !== undefined) return addon
  try {
    addon = createRequire(import.meta.url)('node-unix-socket') as typeof import('node-unix-socket')
  } catch {
    addon = null
  }
  return addon
}

function newSocket(): DgramSocket | null {
  const loaded = loadAddon()
  const socket = loaded && new loaded.DgramSocket()
  socket?.on('error', () => {})
  return socket
}

function sendNow(socket: DgramSocket, path: string, datagram: Buffer): SendResult {
  let result: SendResult = 'EAGAIN'
  socket.sendTo(datagram, 0, datagram.length, path, error => {
    result = error ? failureOf(error) : 'sent'
  })
  return result
}

function failureOf(error: unknown): SendFailure {
  const text = String(error)
  return failureByText.find(([words]) => text.includes(words))?.[1] ?? 'EIO'
}
