/** How one tier of the tests is run. */
export interface Tier {
  readonly holds: string
  /** Programs of the system; without one of them some tests are skipped. */
  readonly uses: readonly string[]
  /** Whether the tests find no other programs than those, so that one that is used and not named fails everywhere. */
  readonly sealed: boolean
  /** So many test processes run at once. */
  readonly atOnce: number
  /** Whether the exhaustive tests go to their full depth (test/helpers/depth.ts). */
  readonly deep: boolean
  /** A test, or a file of them, that lasts longer hangs. */
  readonly limitMinutes: number
  /** Whether the files of one directory share a process, but for those in `ownProcess`. */
  readonly grouped: boolean
}

export type TierName = 'fast' | 'process' | 'deep' | 'package' | 'planted'

/** `npm test` is the tier `fast`, `npm run test:NAME` another one. */
export const tiers: Readonly<Record<TierName, Tier>> = {
  fast: {
    holds: 'the policy, the protocols, the files, and sockets on loopback: for the inner loop',
    // Of packages that every Debian has: coreutils, grep, util-linux, dash.
    uses: [
      ...[
        'cat',
        'dirname',
        'flock',
        'grep',
        'head',
        'mkfifo',
        'mount',
        'seq',
        'sh',
        'sleep',
        'tail',
        'touch',
        'umount',
      ],
      'yes',
    ],
    sealed: true,
    atOnce: 2,
    deep: false,
    limitMinutes: 5,
    grouped: true,
  },
  process: {
    holds: 'the built programs as processes, with a real rsyslogd, ping, nginx and the like',
    uses: [
      ...['rsyslogd', 'ping', 'ip', 'curl', 'kamailio', 'nginx', 'openssl', 'script', 'unshare'],
      ...['aiosmtpd', 'prometheus', 'prometheus-alertmanager', 'promtool'],
      ...['pgrep', 'pidof', 'systemd-analyze', 'systemd-sysusers', 'systemd-tmpfiles'],
    ],
    sealed: false,
    atOnce: 3,
    deep: false,
    limitMinutes: 10,
    grouped: false,
  },
  deep: {
    holds: 'every state and every sequence of events up to a length, a thousand simulated histories, fuzzing',
    uses: [],
    sealed: false,
    atOnce: 2,
    deep: true,
    limitMinutes: 30,
    grouped: false,
  },
  planted: {
    holds: 'slips planted into the sources, each of which the simulation has to find',
    uses: [],
    sealed: false,
    atOnce: 1,
    deep: true,
    limitMinutes: 30,
    grouped: false,
  },
  package: {
    holds: 'the Debian package, the npm package, the build, man pages and documents',
    uses: [
      ...['chromium', 'dpkg-deb', 'git', 'lintian', 'man', 'groff', 'npm', 'shellcheck', 'tar'],
      ...['bash', 'dh', 'dh_bash-completion', 'dpkg-buildpackage'],
    ],
    sealed: false,
    atOnce: 2,
    deep: false,
    limitMinutes: 30,
    grouped: false,
  },
}

/** The first pattern that a test file's path matches puts it there; one that matches none is in `fast`. */
const rows: readonly (readonly [path: RegExp, ...tiers: TierName[]])[] = [
  [/^test\/core\/(every-word|decide)\./, 'fast', 'deep'],
  [/^test\/simulation\/simulation\./, 'fast', 'deep'],
  [/^test\/simulation\/planted-bugs\./, 'planted'],
  [/^test\/simulation\/grid\./, 'deep'],
  [/^test\/simulation\/compare\./, 'deep'],
  [/^test\/core\/(relay\/every-relay|every-subset)\./, 'deep'],
  [/^test\/(fuzz|soak)\//, 'deep'],
  [/^test\/mutants\//, 'deep'],
  [/^test\/(deb|deb-scripts|npm-pack|man|docs|docs-commands|docs-links|shell|wiring)\.test/, 'package'],
  [/^test\/build\/debian-source\./, 'package'],
  [/^test\/cli\/(build\.test|web\/page-in-browser\.)/, 'package'],
  [/^test\/(arm64|node-versions)\.test/, 'package'],
  [/^test\/seeds\./, 'process'],
  [/^test\/cli\/(bnfos\/(ends|gbl4|http)|xivo-berofos\/(daemon|xivo-berofos))\./, 'process'],
  [
    /^test\/cli\/(check|demo|doctor|doctor-.*|exchanged-devices|history|internal-error|odd-devices|orders|output|reload|run)\./,
    'process',
  ],
  [/^test\/cli\/(alert|signals|simulate|status)\./, 'process'],
  [
    /^test\/daemon\/(bypass|bypass-telephony|two-servers-and-pbx|failover|hooks|in-between|odd-devices|only-one|operators|silent-names)\./,
    'process',
  ],
  [/^test\/daemon\/(start-and-reload|surroundings|upgrade|web-listener)\./, 'process'],
  [/^test\/system\/(log-stdout|logger|process-name|unit)\./, 'process'],
  [/^test\/alerts\/(alertmanager|mail)\./, 'process'],
  [/^test\/monitoring\//, 'process'],
  [/^test\/probes\/(check-samples|real-peers|real-ping|system-cas)\./, 'process'],
  [/^test\/(berofos\/http|simulator)\/curl\./, 'process'],
]

/** The tiers of a test file; its path is from the project's directory. */
export function tiersOf(path: string): readonly TierName[] {
  const [, ...names] = rows.find(([pattern]) => pattern.test(path)) ?? [null, 'fast' as const]
  return names
}

/**
 * Files that need a process of their own: they set the clock, or last as long as a whole directory of others. The others of
 * one directory share a process, since a process with a transpiler in it costs most of a second before its first test.
 */
const ownProcess: readonly RegExp[] = [
  /^test\/core\/decide\./,
  /^test\/daemon\/cron-dates\./,
  /^test\/simulation\//,
  /^test\/(architecture|docs-migration)\./,
]

/** What the files that run in the same process have in common; a file that has its own gives its path. */
export function processOf(path: string): string {
  return ownProcess.some(pattern => pattern.test(path)) ? path : (path.split('/')[1] ?? path)
}

/** Every pattern of this file. One that matches no test file was forgotten when the file was moved. */
export const patterns: readonly RegExp[] = [...rows.map(([pattern]) => pattern), ...ownProcess]
