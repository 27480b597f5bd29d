import type { CheckSettings, Settings } from '../../src/core/settings.ts'

/** Settings as the files give them when only `master.host` is set; each test changes what it is about. */
export function someSettings(changes: Partial<Settings> = {}): Settings {
  return {
    site: { kind: 'pair' },
    master: { host: '10.34.1.10' },
    checks: [pingCheck()],
    witnesses: [],
    failback: {
      policy: 'auto',
      stableForMs: 60_000,
      window: '0 2 * * *',
      windowLengthMs: 7_200_000,
      readyCommand: null,
      readyDeadlineMs: 0,
      flapLimit: 3,
      flapWindowMs: 3_600_000,
    },
    relays: { timeoutMs: 3000, auditIntervalMs: 10_000, retryMs: 1000, retryMaxMs: 30_000 },
    hooks: {
      before_slave: null,
      after_slave: null,
      before_master: null,
      after_master: null,
      timeoutMs: 60_000,
    },
    alert: {
      command: null,
      url: null,
      format: 'json',
      header: null,
      mailTo: [],
      mailFrom: 'berofosd@HOSTNAME',
      smtp: { host: '127.0.0.1', port: 25 },
      level: 'warning',
      repeatMs: 14_400_000,
    },
    heartbeat: { url: null, style: 'healthchecks', intervalMs: 60_000 },
    secondaryFile: null,
    log: { syslog: 'none', facility: 'daemon', level: 'info', remind: '0 */15 * * * *' },
    controlSocket: '/run/berofosd/control.sock',
    statusSocket: '/run/berofosd/status.sock',
    stateDirectory: '/var/lib/berofosd',
    httpListen: null,
    httpHosts: [],
    devices: [someDevice('fos1'), someDevice('fos2')],
    ...changes,
  }
}

export function pingCheck(changes: Partial<CheckSettings> = {}): CheckSettings {
  const common = { name: 'ping', host: '10.34.1.10', intervalMs: 1000, timeoutMs: 1000, fall: 3, rise: 2 }
  return { ...common, required: true, type: 'ping', ...changes } as CheckSettings
}

export function someDevice(name: string) {
  return { name, host: '10.34.1.50', mac: null, login: null, port: 80, invert: false }
}
