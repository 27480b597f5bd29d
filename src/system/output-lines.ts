export interface LineLimits {
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
    let line = ''
    const append = (text: string) => {
      line += text.slice(0, Math.max(0, this.#limits.lineLength - line.length))
    }
    const flush = () => {
      this.#give(line.endsWith('\r') ? line.slice(0, -1) : line)
      line = ''
    }
    return {
      push: text => {
        if (this.isCut) return
        const [rest = '', ...more] = text.split('\n').reverse()
        for (const part of more.reverse()) {
          append(part)
          flush()
        }
        append(rest)
      },
      end: () => {
        if (line !== '') flush()
      },
    }
  }

  #give(line: string): void {
    if (this.isCut) return
    this.#reported += 1
    this.#report(this.isCut ? '… output cut' : line)
  }
}
