import type { Run } from './call.ts'
import type { OptionName } from './options.ts'

/** What bnfos can do, one thing a call. Parsing and help read these rows. */
export interface Mode {
  /** Typed as `--scan`. */
  readonly name: string
  /** What follows it; null: nothing. */
  readonly placeholder: string | null
  /** One line without a full stop. */
  readonly help: string
  /** One of these groups has to be given; without any, nothing has to be. */
  readonly needs: readonly (readonly OptionName[])[]
  /** What may be given besides. */
  readonly takes: readonly OptionName[]
  /** Loaded only when it is to run: a quick command must not wait for the others. */
  readonly load: () => Promise<Run>
}

const byMac = [['mac'], ['device']] as const
const byHost = [['host'], ['device']] as const

/** In the order of the help. */
export const modes: readonly Mode[] = [
  {
    name: 'scan',
    placeholder: null,
    help: 'Find every berofos, or the one at HOST',
    needs: [],
    takes: ['host', 'forever', 'pauseMs', 'timeoutMs', 'syslog', 'write', 'yes', 'json'],
    load: async () => (await import('./scan.ts')).scanNetwork,
  },
  {
    name: 'netconf',
    placeholder: null,
    help: 'Set the network configuration, in flash mode',
    needs: byMac,
    takes: [
      ...(['host', 'address', 'netmask', 'gateway', 'ethernet', 'dhcp', 'httpAuth', 'port'] as const),
      ...(['timeoutMs', 'syslog', 'yes'] as const),
    ],
    load: async () => (await import('./netconf-and-reset.ts')).configureNetwork,
  },
  {
    name: 'ping',
    placeholder: null,
    help: 'Ask for a sign of life',
    needs: byMac,
    takes: ['host', 'forever', 'pauseMs', 'timeoutMs', 'syslog'],
    load: async () => (await import('./ping-and-kick.ts')).pingDevice,
  },
  {
    name: 'kick',
    placeholder: null,
    help: 'Kick the watchdog',
    needs: byMac,
    takes: ['host', 'forever', 'pauseMs', 'timeoutMs', 'syslog', 'background'],
    load: async () => (await import('./ping-and-kick.ts')).kickDevice,
  },
  {
    name: 'reset',
    placeholder: null,
    help: 'Set everything to the factory state, in flash mode',
    needs: byMac,
    takes: ['host', 'syslog', 'yes'],
    load: async () => (await import('./netconf-and-reset.ts')).resetDevice,
  },
  {
    name: 'flash',
    placeholder: 'FILE',
    help: 'Write a firmware, in flash mode',
    needs: [['mac', 'host'], ['device']],
    takes: ['timeoutMs', 'syslog', 'yes'],
    load: async () => (await import('./flash.ts')).flashDevice,
  },
  {
    name: 'set',
    placeholder: 'KEY=VALUE',
    help: 'Set a parameter and read it back',
    needs: byHost,
    takes: ['port', 'login', 'timeoutMs', 'syslog'],
    load: async () => (await import('./get-and-set.ts')).setKey,
  },
  {
    name: 'get',
    placeholder: 'KEY',
    help: 'Show one parameter',
    needs: byHost,
    takes: ['port', 'login', 'forever', 'pauseMs', 'timeoutMs', 'syslog', 'json'],
    load: async () => (await import('./get-and-set.ts')).getKey,
  },
  {
    name: 'show',
    placeholder: null,
    help: 'Show every parameter',
    needs: byHost,
    takes: ['port', 'login', 'forever', 'pauseMs', 'timeoutMs', 'syslog', 'json'],
    load: async () => (await import('./get-and-set.ts')).showAll,
  },
]

/** Every option that a mode knows of, those of `needs` first. */
export function optionsOf({ needs, takes }: Mode): readonly OptionName[] {
  return [...new Set([...needs.flat(), ...takes])]
}
