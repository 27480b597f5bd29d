import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { watchLines } from '../../src/cli/berofosd/watch.ts'
import { openOutput } from '../../src/cli/output.ts'
import { at, normal } from './normal-status.ts'
import { quietStream } from './quiet-stream.ts'

const look = openOutput({ stdout: quietStream({ isTTY: true }), stderr: quietStream() }, {})
const nowWall = Date.parse(at) + 12_000
const away = { why: 'no daemon answers: CURE', sinceWall: Date.parse(at) }
const view = (seen: Parameters<typeof watchLines>[0], rows = 24) =>
  watchLines(seen, look, { rows, nowWall, end: 'q ends' })

describe('The screen of status --watch', () => {
  it('begins with the headline, and ends with the time and how to end it', () => {
    const lines = view({ status: normal, away: null })
    assert.match(lines[0] ?? '', /ok lines at the master/)
    assert.match(lines.at(-1) ?? '', /12:00:12 {2}q ends/)
  })

  it('is no taller than the terminal, whatever the daemon says', () => {
    for (const rows of [1, 2, 5, 10, 24])
      for (const seen of [
        { status: normal, away: null },
        { status: normal, away },
        { status: null, away },
      ])
        assert.ok(view(seen, rows).length <= rows, `${rows} rows`)
  })

  it('keeps what was known of a daemon that is away, dimmed, and says since when at its top', () => {
    const [first, second, third, ...rest] = view({ status: normal, away })
    assert.match(
      `${first}${second}${third}`,
      /has not answered since 12:00:00, for 12s: no daemon answers: CURE;[^;]*;31m {3}what follows was true at 12:00:00/,
    )
    const panel = rest.filter(line => line !== '')
    assert.match(panel.join('\n'), /ok lines at the master[\s\S]*fos1/)
    for (const line of panel) assert.ok(line.startsWith('\x1b[2m') && line.endsWith('\x1b[0m'), line)
  })

  it('says why there is nothing while the daemon has never answered', () => {
    assert.match(view({ status: null, away }).join('\n'), /no daemon answers: CURE(?!; what)/)
  })
})
