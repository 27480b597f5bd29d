import type { Line } from '../core/relay-lines.ts'
import { isMasterless, passiveLine } from '../core/secondary.ts'
import type { Settings } from '../core/settings.ts'

type News = Pick<Line, 'severity' | 'text'>

/** What an operator has to hear of the change from one look at ha.conf to the next. Pure. */
export function wazoNews(before: Settings, after: Settings): News[] {
  return [...masterNews(before, after), ...secondaryNews(before, after)]
}

function masterNews(before: Settings, { wazo, ...after }: Settings): News[] {
  if (!wazo) return []
  const settings = { ...after, wazo }
  const { said, master } = wazo
  const known = before.wazo?.master ?? null
  // That the node becomes passive, the decision says itself.
  if (isMasterless(settings))
    return known === null && textOf(before) !== textOf(settings) ? [passiveLine(settings)] : []
  if (said.is !== 'slave') {
    const text = `${said.what}: the master stays ${master} until it can be read again; ${said.cure}`
    return before.wazo?.said.is === said.is ? [] : [{ severity: 'warning', text }]
  }
  const was = known === null || known === master ? '' : `, it was ${known}`
  const again = known === master ? 'can be read again, ' : ''
  const changed = known !== master || before.wazo?.said.is !== 'slave'
  return changed ? [{ severity: 'info', text: `${said.file}: ${again}the master is ${master}${was}` }] : []
}

function textOf(settings: Settings): string | null {
  return isMasterless(settings) ? passiveLine(settings).text : null
}

function secondaryNews({ secondaryFile: was }: Settings, { secondaryFile: is, wazo }: Settings): News[] {
  if (!wazo?.ownSecondaryFile || was === is) return []
  const text = is === null ? `acting without ${was}: its directory is gone` : `acting only while ${is} exists`
  return [{ severity: 'info', text }]
}
