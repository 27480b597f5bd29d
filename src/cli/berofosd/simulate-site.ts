import { portsOf } from '../../core/role.ts'
import type { RelayChange } from '../../simulator/simulated-device.ts'
import type { SiteOptions } from '../../simulator/site.ts'
import type { SiteRelay } from '../../simulator/site-parts.ts'
import { systemClock } from '../../system/clock.ts'
import type { Call } from '../command.ts'
import { timeText } from '../time-text.ts'
import type { simulateOptions } from './simulate-options.ts'

export type SimulateCall = Call<typeof simulateOptions>

/** What is wrong with options that are each right; null: nothing. */
export function wrongUse({ values, words }: SimulateCall): string | null {
  if (values.tell === null && words[0] !== undefined) return `"${words[0]}" is not expected without --tell`
  if (values.login !== null && !values.login.startsWith('admin:'))
    return '--login takes admin:PASSWORD: the user of a berofos is always admin'
  if (values.login !== null && values.auth === 'none') return '--login has no use with --auth none'
  return null
}

/** The site that the options ask for; each move of a relay is printed. */
export function siteOptions({ values, output }: SimulateCall): SiteOptions {
  const auth = values.auth ?? (values.login === null ? 'none' : 'basic')
  const password = values.login?.slice('admin:'.length)
  const at = (port: number) => ({ address: values.master, port })
  return {
    relays: values.relays,
    address: values.address,
    port: values.port,
    gbl4: values.gbl4,
    delayMs: values.delay,
    device: () => ({ auth, ...(password === undefined ? {} : { values: { apwd: password } }) }),
    master: { tcp: at(values['tcp-port']), http: at(values['http-port']), sip: at(values['sip-port']) },
    onChange: (relay, change) => output.print(changeLine(relay, change)),
  }
}

function changeLine({ name }: SiteRelay, { mode, by }: RelayChange): string {
  const wall = systemClock.wall()
  const ms = String(Math.floor(wall % 1000)).padStart(3, '0')
  return `${timeText(wall, wall)}.${ms} ${name} mode=${mode} (${portsOf(mode)}) by ${by}`
}
