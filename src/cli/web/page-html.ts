import { ageText } from '../../core/duration.ts'
import { isNormal } from '../../core/findings/codes.ts'
import { phaseTable } from '../../core/phases.ts'
import type { Moment } from '../../core/role.ts'
import { moveWord, siteText, siteWords } from '../../core/site-words.ts'
import { isoTimeText } from '../../core/time-text.ts'
import type { PageData } from '../../daemon/assembly.ts'
import type { HistoryEntry } from '../../daemon/history.ts'
import { groupedFindings, relayTrouble } from '../../status/groups.ts'
import { headlineOfStatus, markedHeadline } from '../../status/headline.ts'
import type { RecentProbes } from '../../status/recent.ts'
import type { Status, StatusFinding, StatusRelay } from '../../status/status-json.ts'
import { historyRows } from '../berofosd/history-rows.ts'
import { agoText, checkStateText, checkTone, lastText, nameOf } from '../berofosd/status-tables.ts'
import { clean } from '../table.ts'
import type { Tone } from '../tones.ts'
import { script, style } from './page-assets.ts'
import { dayBar, frontPanel, sparkline } from './page-pictures.ts'

/** How often a browser reads it again, s. */
const refreshSeconds = 5
/** Rows of the history; more are in `berofosd history`. */
const mostDecisions = 8
/** Entries that are looked at for them. */
const mostEntries = 100

/** The status and the latest decisions as a page without a script: what is wrong and what to do come first. */
export function pageHtml({ status, history, recent, now }: PageData): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(markedHeadline(status))}</title>
<link id="icon" rel="icon" href="${icon(toneOf(status))}">
<style>${style}</style>
</head>
<body>
<header id="top"><span><b>berofosd</b> on <b>${html(status.node)}</b></span>
<span>${html(isoTimeText(status.now))} · <a href="/status.json">JSON</a> · <a href="/metrics">metrics</a></span></header>
<p id="away" role="alert" hidden></p>
<main id="state">
${banner(status)}
${relays(status)}
${checks(status, recent, now)}
${decisions(status, history)}
</main>
<footer>In doubt: <code>berofosd status</code> · <code>berofosd history</code> · <code>journalctl -u berofosd</code> · berofosd ${html(status.version)}, pid ${status.pid}; nothing can be changed here</footer>
<script>${script}</script>
</body>
</html>
`
}

const findingTones: Readonly<Record<StatusFinding['severity'], Tone>> = {
  error: 'bad',
  warning: 'odd',
  notice: 'quiet',
}

/** Says the same as colour does, for who does not see it. */
const signs: Readonly<Partial<Record<Tone, string>>> = { good: '✔', odd: '!', bad: '✖' }

function signed(tone: Tone, text: string): string {
  const sign = signs[tone]
  return `<b class="${tone}">${sign === undefined ? '' : `${sign} `}${html(text)}</b>`
}

function toneOf(status: Status): Tone {
  const [worst] = status.findings
  return isNormal(status.findings) || !worst ? 'good' : findingTones[worst.severity]
}

/** A circle, a triangle or a square in the tone, for the tab of the browser. */
function icon(tone: Tone): string {
  const [shape, colour] = icons[tone] ?? icons.odd
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="${colour}" d="${shape}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
const icons = {
  good: ['M1 8a7 7 0 1 0 14 0A7 7 0 1 0 1 8', '#1f8a3b'],
  odd: ['M8 1l7 14H1z', '#c98a00'],
  bad: ['M1 1h14v14H1z', '#c9222b'],
} as Readonly<Partial<Record<Tone, readonly [string, string]>>> & { odd: readonly [string, string] }

function banner(status: Status): string {
  const { since, now, phase, next, site } = status
  const tone = toneOf(status)
  const age = ageText(Date.parse(now) - Date.parse(since))
  const meaning = `${phase}: ${siteText(site, phaseTable[phase]?.meaning ?? '')}`
  const items = groupedFindings(status).map(({ severity, since, text }) => {
    // Where the sentence has it already, it is closer.
    const begun = text.includes(' since ') ? '' : ` <small>since ${html(isoTimeText(since, now))}</small>`
    return `<li>${signed(findingTones[severity], severity)} ${html(text)}${begun}</li>`
  })
  return `<section class="banner ${tone}" aria-label="state">
<h1>${signed(tone, headlineOfStatus(status))}</h1>
<p>Since ${html(isoTimeText(since, now))}, ${html(age)}. ${html(meaning)}.</p>
${lastMove(status)}${items.length > 0 ? `<ul>${items.join('\n')}</ul>` : ''}
<p><b>Next</b>: ${html(next)}</p>
</section>`
}

function lastMove({ lastMove, site, now }: Status): string {
  if (lastMove === null) return ''
  const { at, what, reason, by } = lastMove
  const who = by === null ? '' : ` (by ${by})`
  return `<p>Last move: ${html(moveWord(siteWords(site).role.slave, what))} at ${html(isoTimeText(at, now))}: ${html(reason + who)}</p>\n`
}

/** With more relays, a phone shows the front panels only of those that are not confirmed. */
const mostWhole = 8

function relays(status: Status): string {
  const { relays: all } = status
  const confirmed = all.filter(relay => relay.confirmed).length
  const figures = all.map(relay => relayFigure(relay, status))
  return `<section aria-labelledby="relays"><h2 id="relays">Relays: ${confirmed} of ${all.length} confirmed</h2>
<div class="panels${all.length > mostWhole ? ' many' : ''}">${figures.join('\n')}</div></section>`
}

function relayFigure(relay: StatusRelay, { now, findings }: Status): string {
  const { name, confirmed, at, lastSwitch, host, port } = relay
  const tone = confirmed ? 'good' : 'bad'
  const read = at === null ? 'not read yet' : `read ${agoText(at, now)}`
  const switched = lastSwitch === null ? '' : `, switched ${isoTimeText(lastSwitch, now)}`
  const words = confirmed ? 'confirmed' : 'not confirmed'
  const address = host === null ? 'no host' : `${host}:${port}`
  return `<figure class="${tone}">${frontPanel(relay)}
<figcaption>${signed(tone, `${name} ${words}`)}<br><small>${html(relayTrouble(relay, findings) ?? address)}<br>${html(read + switched)}</small></figcaption></figure>`
}

function checks({ site, master, now: iso }: Status, recent: RecentProbes, now: Moment): string {
  const whose = site === 'bypass' ? 'Server' : `Master ${master.host || 'not named'}`
  const rows = master.checks.map(check => {
    const since = check.since == null ? '' : ` since ${isoTimeText(check.since, iso)}`
    const state = `${signed(checkTone(check), checkStateText(check))} <small>${html(since)}</small>`
    const line = sparkline(recent[check.name] ?? [], now)
    return `<tr><th scope="row">${html(nameOf(check))}</th><td>${state}</td><td>${html(lastText(check, iso))}</td><td>${line}</td></tr>`
  })
  return `<section aria-labelledby="master"><h2 id="master">${html(whose)}: ${html(master.verdict)}</h2>
${table('checks', ['check', 'verdict', 'last', 'last 15 minutes'], rows)}</section>`
}

function decisions({ role, now }: Status, history: readonly HistoryEntry[]): string {
  const rows = historyRows(history.filter(isDecision).slice(-mostEntries))
    .slice(-mostDecisions)
    .reverse()
    .map(({ tone, cells }) => {
      const [time, what, why] = cells.map(cell => (typeof cell === 'string' ? cell : cell.text))
      return `<tr><th scope="row">${html(time ?? '')}</th><td>${signed(tone, what ?? '')}</td><td>${html(why ?? '')}</td></tr>`
    })
  const shown = rows.length > 0 ? table('decisions', ['when', 'what', 'why'], rows) : '<p>Nothing yet.</p>'
  return `<section aria-labelledby="day"><h2 id="day">Last 24 hours and latest decisions</h2>
${dayBar(history, role, Date.parse(now))}
${shown}</section>`
}

/** What a check or a hook did, starts and stops are told by `berofosd history`. */
function isDecision(entry: HistoryEntry): boolean {
  return !['check', 'hook', 'reload', 'start', 'stop'].includes(entry.what)
}

function table(name: string, head: readonly string[], rows: readonly string[]): string {
  const cells = head.map(word => `<th scope="col">${word}</th>`).join('')
  return `<div class="wide ${name}" role="region" aria-label="${name}" tabindex="0"><table><thead><tr>${cells}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text of others, without control characters, and as no tag. */
function html(text: string): string {
  return clean(text).replace(/[&<>"]/g, sign => entities[sign] ?? '')
}
