import type { Random } from '../helpers/random.ts'
import type { ActionRow } from './actions.ts'

/** What befalls a site in front of a PBX besides. */

const devices = ['fos1', 'fos2', 'fos3']

export const bypassActionRows = {
  'kicks get lost': {
    weight: 6,
    draw: (random: Random) => [random.pick([3, 10, 30, 100]), ...random.some(devices)],
    text: ([s, ...names], paced) => `datagrams to ${names.join(', ')} get lost for ${paced(s)} s`,
    run: (world, [s, ...names]) => {
      for (const name of names) world.relay(String(name)).deaf = true
      world.later(Number(s) * 1000, () => {
        for (const name of names) world.relay(String(name)).deaf = false
      })
    },
  },
  'relays are unplugged': {
    weight: 4,
    draw: (random: Random) => [random.pick([1, 10, 60]), ...random.some(devices)],
    text: ([s, ...names], paced) => `${names.join(', ')}: without power for ${paced(s)} s`,
    run: (world, [s, ...names]) => {
      for (const name of names) world.relay(String(name)).unplug()
      world.later(Number(s) * 1000, () => {
        for (const name of names) world.relay(String(name)).reboot()
      })
    },
  },
  'the server is without power': {
    weight: 4,
    draw: (random: Random) => [random.pick([20, 90, 300]), random.pick([0, 5, 40])],
    text: ([s, laterS], paced) =>
      `the server has no power for ${paced(s)} s, and telephony is up ${paced(laterS)} s after the boot`,
    run: (world, [s, laterS]) => {
      world.powerOff()
      world.later(Number(s) * 1000, () => {
        if (world.off) world.powerOn()
      })
      world.later((Number(s) + Number(laterS)) * 1000, () => {
        world.master.state = 'well'
      })
    },
  },
  'the server crashes again and again': {
    weight: 3,
    draw: (random: Random) => [random.pick([20, 60, 180]), random.between(3, 8)],
    text: ([s, times], paced) => `telephony crashes each ${paced(s)} s, ${times} times`,
    run: (world, [s, times]) => {
      const crash = (left: number) => {
        if (left === 0) return
        world.master.state = left % 2 === 0 ? 'refusing' : 'well'
        world.later(Number(s) * 500, () => crash(left - 1))
      }
      crash(2 * Number(times))
    },
  },
} satisfies Record<string, ActionRow>

/** What has no place at such a site. */
export const pairOnly: readonly string[] = [
  'assert',
  'devices say who they are',
  'orders without a daemon',
  'secondary file',
  'watchdog is on',
]
