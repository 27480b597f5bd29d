import { isIPv4 } from 'node:net'
import { watchdogWords } from '../../simulator/watchdog-firmware.ts'
import { usualConfigFile } from '../config-content.ts'
import { choice, count, duration, flag, type Option, or, text } from '../option.ts'

/** What every command of berofosd takes. */
export const commonOptions = {
  config: or(text({ short: 'c', placeholder: 'FILE', help: 'How to watch and decide' }), usualConfigFile),
  'bnfos-conf': or(text({ placeholder: 'FILE', help: 'The berofos devices' }), '/etc/bnfos.conf'),
} as const satisfies Record<string, Option>

const json = flag({ help: 'As JSON, for programs' })

export const orderOptions = {
  ...commonOptions,
  for: duration({ placeholder: 'TIME', help: 'End it by itself after so long, such as 30m or 2h' }, 1000),
  // As much as the daemon takes.
  reason: or(text({ placeholder: 'TEXT', help: 'Why, for the log and for who looks at status' }, 200), ''),
}

export const forceOptions = {
  ...orderOptions,
  force: choice({ placeholder: 'ROLE', help: 'Who gets the lines; auto: decide again' }, [
    'master',
    'slave',
    'server',
    'pbx',
    'auto',
  ]),
}

export const statusOptions = {
  ...commonOptions,
  json,
  watch: flag({ help: 'Go on showing it until q or Ctrl-C' }),
  plugin: flag({ help: 'One line with performance data, for Nagios and Icinga' }),
}

export const historyOptions = {
  ...commonOptions,
  count: or(count({ short: 'n', placeholder: 'COUNT', help: 'So many rows' }, 1, 1000), 20),
  since: duration({ placeholder: 'TIME', help: 'Only what is no older, such as 12h' }, 1000),
  relay: text({ placeholder: 'NAME', help: 'Only what happened to this relay' }),
  follow: flag({ short: 'f', help: 'Go on telling what is new until Ctrl-C' }),
  json,
}

export const checkOptions = { ...commonOptions, json }

export const doctorOptions = {
  ...checkOptions,
  verbose: flag({ short: 'v', help: 'Also what is as this site needs it' }),
  fix: flag({ help: 'Correct wdog, wdogdef, modedef and scenario, and read them back' }),
  yes: flag({ help: 'With --fix: do not ask first' }),
}

export const simulateOptions = {
  ...commonOptions,
  site: or<'pair' | 'bypass'>(
    choice({ placeholder: 'KIND', help: 'pair, or bypass: one server in front of a PBX' }, [
      'pair',
      'bypass',
    ]),
    'pair',
  ),
  trip: text({ placeholder: 'WORDS', help: `What a tripped watchdog does: ${watchdogWords.join(', ')}` }),
  relays: or(count({ placeholder: 'N', help: 'So many virtual berofos' }, 1, 250), 4),
  address: loopback('Of the first; each next one has the next', '127.0.0.11'),
  port: port('HTTP port of each', 80),
  gbl4: flag({ help: 'They speak GBL4 too, on UDP port 50123 of their addresses' }),
  delay: or(duration({ placeholder: 'TIME', help: 'What an answer takes' }, 0), 20),
  login: text(
    { placeholder: 'admin:PASSWORD', secret: true, help: 'What they ask for; the user is always admin' },
    21,
  ),
  auth: choice({ placeholder: 'KIND', help: 'How they ask for it: none, basic or digest' }, [
    'none',
    'basic',
    'digest',
  ]),
  master: loopback('Address of the virtual master', '127.0.0.10'),
  'tcp-port': port('Where it takes connections', 2222),
  'http-port': port('Where it answers HTTP', 8080),
  'sip-port': port('Where it answers SIP, on UDP and TCP', 5060),
  write: text({ placeholder: 'DIR', help: 'Write berofosd.conf and bnfos.conf for it there' }),
  control: text({ placeholder: 'SOCKET', help: 'Take steering lines on this unix socket, too' }, 107),
  tell: text({ placeholder: 'SOCKET', help: 'Send the words to a simulator there, and end' }, 107),
} as const

/** As the loader wants the two files. */
export function filesOf(values: { readonly config: string; readonly 'bnfos-conf': string }) {
  return { configFile: values.config, bnfosFile: values['bnfos-conf'] }
}

function port(help: string, fallback: number): Option<number> {
  return or(count({ placeholder: 'PORT', help }, 1, 65_535), fallback)
}

/** An address that programs of this host alone can reach. */
function loopback(help: string, fallback: string): Option<string> {
  const row = text({ placeholder: 'ADDRESS', help })
  const read = (typed: string) => (isIPv4(typed) && typed.startsWith('127.') ? typed : null)
  return or({ ...row, read, form: 'an address from 127.0.0.1 to 127.255.255.254' }, fallback)
}
