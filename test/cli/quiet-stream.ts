import { Writable } from 'node:stream'

/** A stdout that keeps what it is told. */
class QuietStream extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns: number | undefined

  constructor({ isTTY = false, columns }: { isTTY?: boolean; columns?: number } = {}) {
    super()
    this.isTTY = isTTY
    this.columns = columns
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error) => void): void {
    this.text += chunk.toString()
    done()
  }
}

export function quietStream(
  shape: { isTTY?: boolean; columns?: number } = {},
): QuietStream & { columns: number } {
  return new QuietStream(shape) as QuietStream & { columns: number }
}
