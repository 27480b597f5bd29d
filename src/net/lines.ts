/**
 * Cuts text that comes in pieces into lines. Holds one unfinished line of at most `longest` characters; what goes
 * beyond that is dropped from any line.
 */
export class LineSplitter {
  /** Whether any line was longer than allowed. */
  isCut = false
  readonly #longest: number
  #unfinished = ''

  constructor(longest: number) {
    this.#longest = longest
  }

  /** The lines that this piece completes, without their line feed. */
  push(piece: string): string[] {
    const parts = piece.split('\n')
    const last = parts.pop() ?? ''
    const lines = parts.map(part => {
      this.#append(part)
      return this.#take()
    })
    this.#append(last)
    return lines
  }

  /** What came after the last line feed; empty: nothing did. */
  end(): string {
    return this.#take()
  }

  #append(text: string): void {
    const free = this.#longest - this.#unfinished.length
    if (text.length > free) this.isCut = true
    this.#unfinished += text.length > free ? text.slice(0, free) : text
  }

  #take(): string {
    const line = this.#unfinished
    this.#unfinished = ''
    return line
  }
}
