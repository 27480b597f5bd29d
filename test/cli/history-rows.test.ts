import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { historyRows, wantedOf } from '../../src/cli/berofosd/history-rows.ts'
import type { HistoryEntry } from '../../src/daemon/history.ts'

const noon = Date.UTC(2026, 10, 29, 12)

function decided(what: 'failover' | 'failback', atMs: number, reason = 'check sip is down'): HistoryEntry {
  return { at: noon + atMs, what, from: 'master', to: 'slave', reason }
}

/** `tookMs`: since when it was elsewhere. */
function switched(relay: string, atMs: number, tookMs: number): HistoryEntry {
  const text = `switched ${relay} to mode=0 (A--D) in ${tookMs} ms`
  return { at: noon + atMs, what: 'switched', relay, mode: 0, text }
}

function noted(what: 'check', atMs: number, text: string): HistoryEntry {
  return { at: noon + atMs, what, text }
}

function arrived(atMs: number, text: string): HistoryEntry {
  return { at: noon + atMs, what: 'done', text }
}

const texts = (...entries: HistoryEntry[]) => historyRows(entries).map(({ cells }) => cells[2])

describe('The history on a terminal', () => {
  it('tells a move in one row, with what became of its relays', () =>
    assert.deepEqual(texts(decided('failover', 0), switched('fos1', 80, 70), switched('fos2', 110, 100)), [
      'check sip is down -> 2 relays in 0.1 s',
    ]))

  it('tells a move that took hundredths of a second in hundredths', () =>
    assert.deepEqual(texts(decided('failover', 0), switched('fos1', 20, 15), switched('fos2', 34, 30)), [
      'check sip is down -> 2 relays in 0.03 s',
    ]))

  it('tells the evidence of a move in a few words', () => {
    const down = 'check sip is down: 3 failures in a row, last: connection refused (fos1 answers)'
    const up =
      'the master has been up for 10s, check sip: 13 answers in a row; check tcp: 13 answers in a row'
    assert.deepEqual(texts(decided('failover', 0, down), decided('failback', 1, up)), [
      'sip failed 3x: connection refused (fos1 answers)',
      'the master has been up for 10s',
    ])
  })

  it('names the relay that was late', () =>
    assert.deepEqual(
      texts(decided('failover', 0), switched('fos1', 80, 70), switched('fos3', 89_400, 89_390)),
      ['check sip is down -> 1 relay in 0.1 s, fos3 after 89 s'],
    ))

  it('gives a relay that drifted after the move a row of its own', () =>
    assert.deepEqual(
      texts(decided('failover', 0), switched('fos1', 80, 70), switched('fos1', 7_200_000, 9000)),
      ['check sip is down -> 1 relay in 0.1 s', 'fos1 to mode=0 (A--D) in 9000 ms'],
    ))

  it('counts the relays of a move, and names those that are late or were never there', () =>
    assert.deepEqual(
      texts(
        decided('failover', 0),
        switched('fos1', 80, 70),
        arrived(1000, '1 of 3 relays in 1.0 s; open: fos2, fos3'),
        noted('check', 1100, 'tcp is down after 3 failures in a row'),
        switched('fos3', 89_400, 89_390),
      ),
      [
        'check sip is down -> 1 of 3 in 0.1 s, fos3 after 89 s, open: fos2',
        'tcp is down after 3 failures in a row',
      ],
    ))

  it('counts relays that were there before the move, in the time that the log tells', () =>
    assert.deepEqual(
      texts(decided('failover', 0), switched('fos1', 980, 70), arrived(1000, '2 of 2 relays in 0.44 s')),
      ['check sip is down -> 2 of 2 in 0.4 s'],
    ))

  it('tells a relay that drifted right after the move in a row of its own', () =>
    assert.deepEqual(texts(decided('failover', 0), switched('fos1', 80, 70), switched('fos1', 20_000, 100)), [
      'check sip is down -> 1 relay in 0.1 s',
      'fos1 to mode=0 (A--D) in 100 ms',
    ]))

  it('tells what a hook said last behind its name', () =>
    assert.deepEqual(texts({ at: noon, what: 'hook', text: 'after_slave failed', detail: 'exit status 1' }), [
      'after_slave failed: exit status 1',
    ]))

  it('tells a move that has reached no relay as it is', () =>
    assert.deepEqual(texts(decided('failover', 0)), ['check sip is down']))
})

describe('What of it is wanted', () => {
  const all = [decided('failover', 0), switched('fos1', 80, 70), switched('fos2', 90, 80)]

  it('is all without a limit', () => assert.deepEqual(wantedOf(all, { sinceWall: null, relay: null }), all))

  it('may be what is no older', () =>
    assert.deepEqual(wantedOf(all, { sinceWall: noon + 80, relay: null }), all.slice(1)))

  it('may be what happened to one relay', () =>
    assert.deepEqual(wantedOf(all, { sinceWall: null, relay: 'fos2' }), all.slice(2)))
})
