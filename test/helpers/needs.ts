import { accessSync, constants } from 'node:fs'

/** The Debian package of a program, where it is named otherwise. */
const packages: Readonly<Record<string, string>> = {
  aiosmtpd: 'python3-aiosmtpd',
  flock: 'util-linux',
  ip: 'iproute2',
  man: 'man-db',
  nginx: 'nginx-light',
  nsenter: 'util-linux',
  pgrep: 'procps',
  pidof: 'procps',
  ping: 'iputils-ping',
  promtool: 'prometheus',
  rsyslogd: 'rsyslog',
  script: 'bsdutils',
  setpriv: 'util-linux',
  'dpkg-deb': 'dpkg',
  'systemd-analyze': 'systemd',
  'systemd-nspawn': 'systemd-container',
  'systemd-sysusers': 'systemd',
  'systemd-tmpfiles': 'systemd',
  unshare: 'util-linux',
}

/**
 * Option `skip` of a test that needs programs of the system: `{ skip: needs('rsyslogd') }`. With
 * BEROFOSD_TEST_ALL=1 nothing is skipped, so that what is absent fails.
 */
export function needs(...programs: string[]): string | false {
  if (process.env.BEROFOSD_TEST_ALL === '1') return false
  return missingText(programs) ?? false
}

/** One sentence that names the programs that are not installed and the cure; null: all are there. */
export function missingText(programs: readonly string[]): string | null {
  const missing = programs.filter(program => !inPath(program))
  if (missing.length === 0) return null
  const cure = new Set(missing.map(program => packages[program] ?? program))
  return `not installed here: ${missing.join(', ')} (apt-get install ${[...cure].join(' ')})`
}

/** Daemons stand in sbin, which is not in everybody's PATH. */
export function inPath(program: string): string | null {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return directories.map(directory => `${directory}/${program}`).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
