import { LineSplitter } from '../net/lines.ts'

interface LineLimits {
  /** Characters; the rest of a longer line is dropped. */
  readonly lineLength: number
  /** After so many lines one last `… output cut`. */
  readonly lines: number
}

/** Cuts several streams of text into lines, holding one unfinished line a stream. */
export class OutputLines {
  readonly #limits: LineLimits
  readonly #report: (line: string) => void
  #reported = 0

  constructor(limits: LineLimits, report: (line: string) => void) {
    this.#limits = limits
    this.#report = report
  }

  /** The last line was reported: what comes from now on is dropped. */
  get isCut(): boolean {
    return this.#reported > this.#limits.lines
  }

  /** One stream: `push` takes text as it comes, `end` reports a last line without line end. */
  stream(): { push(text: string): void; end(): void } {
    const splitter = new LineSplitter(this.#limits.lineLength)
    const give = (line: string) => this.#give(line.endsWith('\r') ? line.slice(0, -1) : line)
    return {
      push: text => {
        if (!this.isCut) splitter.push(text).forEach(give)
      },
      end: () => {
        const line = splitter.end()
        if (line !== '') give(line)
      },
    }
  }

  #give(line: string): void {
    if (this.isCut) return
    this.#reported += 1
    this.#report(this.isCut ? '… output cut' : line)
  }
}
