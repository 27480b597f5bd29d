/** What a piece of text means to who looks at it. */
export type Tone = 'good' | 'bad' | 'odd' | 'quiet' | 'strong' | 'plain'

interface ToneRow {
  /** ECMA-48 SGR parameters. */
  readonly colour: string
  /** What precedes a line of this tone: as a sign, and in ASCII. No two tones that matter share a shape. */
  readonly mark: readonly [string, string]
}

const toneTable: Readonly<Record<Tone, ToneRow>> = {
  good: { colour: '32', mark: ['✔', 'ok'] },
  bad: { colour: '1;31', mark: ['✖', '!!'] },
  odd: { colour: '33', mark: ['!', '? '] },
  quiet: { colour: '2', mark: ['·', '- '] },
  strong: { colour: '1', mark: [' ', '  '] },
  plain: { colour: '0', mark: [' ', '  '] },
}

export function paintWith(colour: boolean): (tone: Tone, text: string) => string {
  return (tone, text) =>
    colour && tone !== 'plain' && text !== '' ? `\x1b[${toneTable[tone].colour}m${text}\x1b[0m` : text
}

/** `✔`; in ASCII `ok` or `!!`. */
export function markOf(tone: Tone, signs: boolean): string {
  return toneTable[tone].mark[signs ? 0 : 1]
}
