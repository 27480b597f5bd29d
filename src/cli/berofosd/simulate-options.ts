import { isIPv4 } from 'node:net'
import { watchdogWords } from '../../simulator/watchdog-firmware.ts'
import { choice, count, duration, flag, type Option, or, text } from '../option.ts'
import { commonOptions } from './options.ts'

const port = (help: string, fallback: number) => or(count({ placeholder: 'PORT', help }, 1, 65_535), fallback)

/** An address that programs of this host alone can reach. */
function loopback(help: string, fallback: string): Option<string> {
  const row = text({ placeholder: 'ADDRESS', help })
  const read = (typed: string) => (isIPv4(typed) && typed.startsWith('127.') ? typed : null)
  return or({ ...row, read, form: 'an address from 127.0.0.1 to 127.255.255.254' }, fallback)
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
