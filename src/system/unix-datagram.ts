import { libc } from './libc.ts'

/**
 * `sent`: the receiver's queue has it. EAGAIN: the queue is full, the receiver is slow. Otherwise why not, as the name
 * of errno: ENOENT, ECONNREFUSED and so on; EUNAVAILABLE: no calls into the C library on this platform.
 */
type SendResult = 'sent' | (string & {})

interface DatagramSender {
  /** Never blocks, never throws, keeps nothing: what is not sent now is the caller's to send again. */
  send(path: string, datagram: Buffer): SendResult
  close(): void
}

/**
 * Datagrams to a unix socket, sent or refused on the spot. Opens nothing yet: the descriptor exists from the first send
 * until `close`, and each datagram names its receiver, so one that restarts is reached by the next send. `path`: that of
 * a file, or `@NAME` for an abstract socket (unix(7)).
 */
export function openDatagram(): DatagramSender {
  let fd: number | null = null
  return {
    send(path, datagram) {
      const address = addressOf(path)
      if (typeof address === 'string') return address
      const calls = libc()
      if (!calls) return 'EUNAVAILABLE'
      if (fd === null) {
        const opened = calls.unixDatagramSocket()
        if (!opened.ok) return opened.code
        fd = opened.value
      }
      const result = calls.sendTo(fd, datagram, address)
      if (result.ok) return 'sent'
      // Memory for datagrams is short: that passes, as a full queue does.
      return result.code === 'ENOBUFS' ? 'EAGAIN' : result.code
    },
    close() {
      if (fd !== null) libc()?.close(fd)
      fd = null
    },
  }
}

/** false: every send is EUNAVAILABLE. */
export function datagramsAvailable(): boolean {
  return libc() !== null
}

/** unix(7): sun_path has 108 bytes. A path has a final NUL, an abstract name a first one. */
const longestPathBytes = 107

/** The bytes of a sockaddr_un, or the name of the error that a wrong path is. */
export function addressOf(path: string): Buffer | 'EINVAL' | 'ENAMETOOLONG' {
  if (path === '' || path === '@' || path.includes('\0')) return 'EINVAL'
  if (Buffer.byteLength(path) > longestPathBytes) return 'ENAMETOOLONG'
  const abstract = path.startsWith('@')
  return Buffer.concat([family, Buffer.from(abstract ? `\0${path.slice(1)}` : `${path}\0`)])
}

/** AF_UNIX, in the byte order of this machine. */
const family = Buffer.from(Uint16Array.of(1).buffer)
