import type { Role } from './role.ts'
import type { SiteSettings } from './settings.ts'
import type { Situation } from './situation.ts'

/**
 * The one place where the roles of the program become the words of a site. Within the program the two are always called
 * master and slave: whoever has the lines when all is well, and who has them otherwise.
 */
export interface SiteWords {
  /** One word, for `status`, hooks, metrics and orders. */
  readonly role: Readonly<Record<Role, RoleWord>>
  /** Where lines are or go, after `lines `. */
  readonly at: Readonly<Record<Role, string>>
}

/** A role in the words of some site. */
export type RoleWord = Role | 'server' | 'pbx'

const wordsOf: Readonly<Record<SiteSettings['kind'], SiteWords>> = {
  pair: {
    role: { master: 'master', slave: 'slave' },
    at: { master: 'at the master', slave: 'at the slave' },
  },
  bypass: {
    role: { master: 'server', slave: 'pbx' },
    at: { master: 'through the server', slave: 'bypassed to the PBX' },
  },
}

/** The role behind a word: `server` and `pbx` are a master and a slave in other words. */
export function roleOfWord(word: RoleWord): Role {
  return word === 'server' ? 'master' : word === 'pbx' ? 'slave' : word
}

/** The kind of site that a word is said of. */
export function siteOfWord(word: RoleWord): SiteSettings['kind'] {
  return word === 'server' || word === 'pbx' ? 'bypass' : 'pair'
}

/** `lines through the server`: where they are by the word for the role. */
export function linesAt(word: RoleWord): string {
  return `lines ${wordsOf[siteOfWord(word)].at[roleOfWord(word)]}`
}

/** What people call a decision that gives the lines to `to`: a failover to a PBX is a bypass. */
export function moveWord(to: RoleWord, what: string): string {
  return what === 'failover' && to === 'pbx' ? 'bypass' : what
}

/** Why a word can't be meant on this kind of site; null: it can. */
export function wrongWord(kind: SiteSettings['kind'], word: RoleWord): string | null {
  if (kind === 'bypass' || word === 'master' || word === 'slave') return null
  return `"${word}" is said where one server stands in front of a PBX ([site] kind = bypass): here it is master or slave`
}

export function siteWords(kind: SiteSettings['kind']): SiteWords {
  return wordsOf[kind]
}

/**
 * A text of the policy in the words of the site. The policy is the same for both kinds and speaks of a master and a slave;
 * here, and nowhere else, that becomes a server and a PBX.
 * @param asWritten what others have said, and what the text may repeat: it stays as it is
 */
export function siteText(
  kind: SiteSettings['kind'],
  text: string,
  asWritten: () => readonly string[] = () => [],
): string {
  if (kind === 'pair') return text
  const quotes = asWritten().filter(quote => translated(quote) !== quote)
  const hidden = quotes.reduce((rest, quote, index) => withoutQuote(rest, quote, index), text)
  return translated(hidden).replace(/\0(\d+)\0/g, (_, index) => quotes[Number(index)] ?? '')
}

/** What operators, hooks, commands and whatever is checked have said of late. */
export function saidByOthers({ state }: Omit<Situation, 'now'>): string[] {
  const { override, pause, checks, failedHooks, readiness } = state
  return [
    override?.reason ?? '',
    pause?.reason ?? '',
    ...Object.values(checks).flatMap(({ last, failure }) => [last?.result.detail ?? '', failure ?? '']),
    ...Object.values(failedHooks).map(failed => failed?.detail ?? ''),
    'detail' in readiness ? readiness.detail : '',
  ]
}

function translated(text: string): string {
  return phrases.reduce((words, [from, to]) => words.replace(from, to), text)
}

/** A text repeats others after a colon or in brackets, or has no words of its own. */
function withoutQuote(text: string, quote: string, index: number): string {
  const mark = `\0${index}\0`
  if (text === quote) return mark
  return [': ', ' ('].reduce((rest, before) => rest.replaceAll(before + quote, before + mark), text)
}

/** In this order. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/^failover(?=:| done)/, 'bypass'],
  [/\blines (?:at|to) the master\b/g, 'lines through the server'],
  [/\blines (?:at|to) the slave\b/g, 'lines bypassed to the PBX'],
  [/\b(at|to) the slave\b/g, '$1 the PBX'],
  [/\bthe slave\b/g, 'the PBX'],
  [/\bthe master\b/g, 'the server'],
  [/\bfail over\b/g, 'bypass'],
  [/\b(automatic )failover\b/g, '$1bypass'],
  [/\bfailovers\b/g, 'bypasses'],
]
