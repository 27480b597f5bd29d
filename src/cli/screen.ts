/** What of stdout a screen needs. */
interface Terminal {
  write(text: string): unknown
}

// ECMA-48 and xterm's private modes, which every terminal of today has: the alternate screen, the cursor, wrapping.
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l'

/** The alternate screen of a terminal: what was on it before comes back at the end, however the process ends. */
export class Screen {
  private shown: readonly string[] = []
  private readonly atExit = () => void this.terminal.write(leave)

  constructor(private readonly terminal: Terminal) {
    process.once('exit', this.atExit)
    terminal.write(enter)
  }

  /** Writes only the lines that have changed, and all of them at once: nothing flickers. */
  draw(lines: readonly string[]): void {
    const count = Math.max(lines.length, this.shown.length)
    const text = Array.from({ length: count }, (_, row) => {
      const line = lines[row] ?? ''
      return line === (this.shown[row] ?? '') ? '' : `\x1b[${row + 1};1H\x1b[2K${line}`
    }).join('')
    this.shown = lines
    if (text !== '') this.terminal.write(text)
  }

  /** The terminal has another size: what it shows is not known any more. */
  clear(): void {
    this.shown = []
    this.terminal.write('\x1b[2J')
  }

  close(): void {
    process.off('exit', this.atExit)
    this.terminal.write(leave)
  }
}
