import {
  action,
  adminPassword,
  countdown,
  hostName,
  ipv4,
  onOff,
  port,
  seconds,
  text,
  type ValueCodec,
  watchdogState,
  watchdogSwitch,
} from './value-codecs.ts'

/** One thing that a berofos can be asked or told. */
export interface Parameter {
  /** What people call it. */
  readonly keyword: string
  /** Its key in config.txt; null: never shown. */
  readonly key: string | null
  /** How it is written; null: read only. */
  readonly write: ParameterWrite | null
  readonly codec: ValueCodec
  /** A check box of the firmware's form: cleared by a write to its group that leaves it out (firmware 1.33). */
  readonly checkbox: boolean
}

interface ParameterWrite {
  /** The command group. */
  readonly cmd: number
  /** The name of its value; null: it takes none. */
  readonly name: string | null
  /** Further words of the query that go before the name: the number of a power port. */
  readonly fixed: readonly (readonly [name: string, value: string])[]
}

/** Every parameter, in the order in which `bnfos --show` lists them. */
export const parameters: readonly Parameter[] = [
  shown('scenario', '1_sz', 1, 'sz', onOff),
  shown('mode', '4_mode', 4, 'mode', onOff),
  checkbox('modedef', '1_rm', 1, 'rm'),
  powerPort('power1', '5_p0', '0'),
  checkbox('power1def', '1_p0', 1, 'p0'),
  powerPort('power2', '5_p1', '1'),
  checkbox('power2def', '1_p1', 1, 'p1'),
  shown('hostname', '3_dn', 3, 'dn', hostName),
  shown('address', '3_ip', 3, 'ip', ipv4),
  shown('netmask', '3_nm', 3, 'nm', ipv4),
  shown('gateway', '3_gw', 3, 'gw', ipv4),
  shown('dns', '3_dns', 3, 'dns', ipv4),
  checkbox('dhcp', '3_dhcp', 3, 'dhcp'),
  shown('port', '3_port', 3, 'port', port),
  checkbox('pwd', '3_pwd', 3, 'pwd'),
  hidden('apwd', 3, 'apwd', adminPassword),
  shown('smtpserv', '2_mhost', 2, 'mhost', text),
  shown('smtpfrom', '2_mfrom', 2, 'mfrom', text),
  shown('smtpto', '2_mto', 2, 'mto', text),
  hidden('smtptest', 7, null, action),
  checkbox('syslog', '3_log', 3, 'syslog'),
  shown('slgip', '3_loghost', 3, 'slgip', ipv4),
  shown('slgpt', '3_logport', 3, 'slgpt', port),
  shown('wdog', '6_wen', 6, 'wen', watchdogSwitch),
  checkbox('wdogdef', '2_wen', 2, 'wen'),
  shown('wdogstate', '6_wstate', 6, 'wstate', watchdogState),
  shown('wdogitime', '2_wintv', 2, 'wintv', seconds),
  checkbox('wdogaudio', '2_as', 2, 'as'),
  checkbox('wdogmail', '2_men', 2, 'men'),
  { keyword: 'wdogrtime', key: '0_wretv', write: null, codec: countdown, checkbox: false },
]

const byKeyword = new Map(parameters.map(parameter => [parameter.keyword, parameter]))
const byKey = new Map(parameters.map(parameter => [parameter.key, parameter]))

/** The parameter that people call `keyword`, in any case. */
export function parameterNamed(keyword: string): Parameter | undefined {
  return byKeyword.get(keyword.toLowerCase())
}

/** The parameter that config.txt shows as `key`. */
export function parameterShownAs(key: string): Parameter | undefined {
  return byKey.get(key)
}

function shown(keyword: string, key: string, cmd: number, name: string, codec: ValueCodec): Parameter {
  return { keyword, key, write: { cmd, name, fixed: [] }, codec, checkbox: false }
}

function checkbox(keyword: string, key: string, cmd: number, name: string): Parameter {
  return { ...shown(keyword, key, cmd, name, onOff), checkbox: true }
}

function hidden(keyword: string, cmd: number, name: string | null, codec: ValueCodec): Parameter {
  return { keyword, key: null, write: { cmd, name, fixed: [] }, codec, checkbox: false }
}

function powerPort(keyword: string, key: string, number: '0' | '1'): Parameter {
  return { keyword, key, write: { cmd: 5, name: 's', fixed: [['p', number]] }, codec: onOff, checkbox: false }
}
