import { type Mode, portsOf } from '../../core/role.ts'
import type { StatusRelay } from '../../status/status-json.ts'

/** Where the sockets stand in the picture. */
const x = { A: 30, B: 80, C: 130, D: 180 } as const
type Socket = keyof typeof x

/** A berofos as one stands before it: its four sockets, the LEDs of those that are joined, and the wire between them. */
export function frontPanel({ actual, confirmed }: Pick<StatusRelay, 'actual' | 'confirmed'>): string {
  const joined = actual === null ? [] : joinedBy(actual)
  const label = actual === null ? 'not read yet' : `A connected to ${joined[1]}`
  const sockets = (Object.keys(x) as Socket[]).map(
    socket =>
      `<circle class="led${joined.includes(socket) ? ' on' : ''}" cx="${x[socket]}" cy="14" r="4.5"/><text x="${x[socket]}" y="34">${socket}</text>`,
  )
  const [from, to] = joined.map(socket => x[socket])
  const wire =
    from === undefined ? '' : `<path class="wire${confirmed ? '' : ' off'}" d="M${from},44v14H${to}v-14"/>`
  return `<svg viewBox="0 0 210 64" role="img" aria-label="${label}"><rect x="2" y="2" width="206" height="40" rx="5"/>${sockets.join('')}${wire}</svg>`
}

/** `A--B` of the device's own words. */
function joinedBy(mode: Mode): Socket[] {
  return portsOf(mode).split('--') as Socket[]
}
