import type { Writable } from 'node:stream'

/**
 * What every program calls first. A reader that has gone or a full disk ends no program: whoever wants to know listens
 * for 'error' on stdout or stderr. Node before 18.20 throws out of `write` instead when such a stream is a file.
 */
export function surviveFailedWrites(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {})
    reportInsteadOfThrowing(stream)
  }
}

function reportInsteadOfThrowing(stream: Writable): void {
  const write = stream._write
  stream._write = (chunk, encoding, done) => {
    try {
      write.call(stream, chunk, encoding, done)
    } catch (error) {
      done(error as Error)
    }
  }
}
