/**
 * The only adapter of koffi: the system calls that Node has none for, called in the C library itself.
 *
 * Measured with koffi 3.3.4 on Linux, Node 18.17, 18.20, 20.20, 22 and 24 (docs/decisions/0001-koffi.md has the figures):
 * - A wrong signature reads or writes outside its arguments and ends the process. So all signatures are here, in one
 *   place, and test/system/libc.test.ts calls each of them.
 * - koffi checks the kind of each argument and throws a TypeError; it does not check how long a buffer is.
 * - `koffi.errno()` reads the C variable. It has to follow the call at once, in the same tick.
 * - Loading takes about 10 ms and 3 to 4 MB. Hence it is loaded at the first call, and only by programs that make one.
 * - The binary is a native addon, which no bundle can hold: `src/build/addon.ts` copies it beside the bundle.
 */
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'

/** What a call returned: `value` is never negative. `code`: the name of errno, such as ENOENT. */
type CallResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly code: string }

/** For each function: its manual page has the arguments. None of them blocks as it is called here. */
export interface Libc {
  /** socket(2): an unconnected datagram socket of AF_UNIX, non-blocking, closed in child processes. `value`: it. */
  unixDatagramSocket(): CallResult
  /** sendto(2). `address`: a whole sockaddr_un, as long as it counts. `value`: bytes sent. */
  sendTo(fd: number, datagram: Buffer, address: Buffer): CallResult
  /** close(2): for descriptors that Node knows nothing of. */
  close(fd: number): CallResult
  /** flock(2), LOCK_EX without waiting. On another thread: a network file system may take its time. */
  lock(fd: number): Promise<CallResult>
  /** _exit(2): ends the process now, whatever its other threads wait for. Never returns. */
  exitNow(exitCode: number): void
  /** clock_gettime(2), CLOCK_BOOTTIME: milliseconds since the kernel started, those asleep included. */
  bootTimeMs(): number | null
}

/** undefined: not tried yet. */
let loaded: Libc | null | undefined

/** As `libc`, for whom it is too late to load anything: null unless it was loaded before. */
export function libcIfLoaded(): Libc | null {
  return loaded ?? null
}

/** Loads koffi when first called. null: it has no binary for this platform; then it never will have. */
export function libc(): Libc | null {
  if (loaded === undefined) {
    try {
      loaded = bind(createRequire(import.meta.url)('koffi') as Koffi)
    } catch {
      loaded = null
    }
  }
  return loaded
}

type Koffi = typeof import('koffi')
type Call = (...values: unknown[]) => number

/** From Linux's headers; the same on every architecture that Node's own releases know. */
const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const LOCK_EX = 2
const LOCK_NB = 4
const CLOCK_BOOTTIME = 7

function bind(koffi: Koffi): Libc {
  // null: the process itself, which has the C library in it, whatever its file is called.
  const library = koffi.load(null)
  const timespec = koffi.struct({ tv_sec: 'long', tv_nsec: 'long' })
  const socket: Call = library.func('socket', 'int', ['int', 'int', 'int'])
  // Read only; `long` is what ssize_t is.
  const sendto: Call = library.func('long sendto(int, const void *, size_t, int, const void *, uint32_t)')
  const close: Call = library.func('close', 'int', ['int'])
  const exit: Call = library.func('_exit', 'void', ['int'])
  const flock = library.func('flock', 'int', ['int', 'int'])
  const clockGettime: Call = library.func('clock_gettime', 'int', ['int', koffi.out(koffi.pointer(timespec))])
  const result = (value: number): CallResult => (value >= 0 ? { ok: true, value } : failed(koffi.errno()))
  return {
    unixDatagramSocket: () => result(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
    sendTo: (fd, datagram, address) =>
      result(sendto(fd, datagram, datagram.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length)),
    close: fd => result(close(fd)),
    lock: fd =>
      new Promise(resolve => {
        flock.async(fd, LOCK_EX | LOCK_NB, (error: unknown, value: number) =>
          resolve(error ? { ok: false, code: 'EIO' } : result(value)),
        )
      }),
    exitNow: code => void exit(code),
    bootTimeMs() {
      const time = { tv_sec: 0, tv_nsec: 0 }
      return clockGettime(CLOCK_BOOTTIME, time) === 0 ? time.tv_sec * 1000 + time.tv_nsec / 1e6 : null
    },
  }
}

function failed(errno: number): CallResult {
  return { ok: false, code: getSystemErrorName(-errno) }
}
