/** A duration for people: `40 ms`, `1 s`, `2.5 s`. */
export function msText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`
}

/** Characters. */
const longestLine = 160

/** First line of foreign text, printable and at most so long that it is fit for a log line. */
export function firstLine(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? ''
  return line.replace(/[^\x20-\x7e]/g, '?').slice(0, longestLine)
}
