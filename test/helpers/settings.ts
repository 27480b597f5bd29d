import { scanIni } from '../../src/config/ini-file.ts'
import { readSettings } from '../../src/config/settings-reading.ts'
import type { CheckSettings, Settings } from '../../src/core/settings.ts'

/** Settings as the files give them when only `master.host` is set; each test changes what it is about. */
export function someSettings(changes: Partial<Settings> = {}): Settings {
  return { ...fromFile, checks: [pingCheck()], ...changes }
}

export function pingCheck(changes: Partial<CheckSettings> = {}): CheckSettings {
  const common = { name: 'ping', host: '10.34.1.10', intervalMs: 1000, timeoutMs: 1000, fall: 3, rise: 2 }
  return { ...common, required: true, type: 'ping', ...changes } as CheckSettings
}

export function someDevice(name: string) {
  return { name, host: '10.34.1.50', mac: null, login: null, port: 80, invert: false }
}

const { sections } = scanIni(Buffer.from('[master]\nhost = 10.34.1.10\n[log]\nsyslog = none\n'))
const fromFile = readSettings(sections, [someDevice('fos1'), someDevice('fos2')]).settings as Settings
