/** How one tier of the tests is run. */
export interface Tier {
  readonly holds: string
  /** Programs of the system; without one of them some tests are skipped. */
  readonly uses: readonly string[]
  /** Test processes, each with some of the files; so many run at once. */
  readonly processes: number
  readonly atOnce: number
  /** Whether the exhaustive tests go to their full depth (test/helpers/depth.ts). */
  readonly deep: boolean
}

export type TierName = 'fast' | 'process' | 'deep' | 'package' | 'planted'

/** `npm test` is the tier `fast`, `npm run test:NAME` another one, `npm run test:all` all of them. */
export const tiers: Readonly<Record<TierName, Tier>> = {
  fast: {
    holds: 'the policy, the protocols, the files, and sockets on loopback: for the inner loop',
    uses: ['flock', 'ping', 'pgrep', 'pidof'],
    processes: 1000,
    atOnce: 2,
    deep: false,
  },
  process: {
    holds: 'the built programs as processes, with a real rsyslogd, ping, nginx and the like',
    uses: [
      ...['rsyslogd', 'ping', 'ip', 'kamailio', 'nginx', 'openssl', 'script', 'unshare'],
      ...['systemd-analyze', 'systemd-sysusers', 'systemd-tmpfiles'],
    ],
    processes: 1000,
    atOnce: 3,
    deep: false,
  },
  deep: {
    holds: 'every state and every word of events, a thousand simulated histories, fuzzing',
    uses: [],
    processes: 1000,
    atOnce: 2,
    deep: true,
  },
  planted: {
    holds: 'slips planted into the sources, each of which the simulation has to find',
    uses: [],
    processes: 1000,
    atOnce: 1,
    deep: true,
  },
  package: {
    holds: 'the Debian package, the npm package, the build, man pages and documents',
    uses: ['dpkg-deb', 'lintian', 'man', 'groff', 'npm', 'tar'],
    processes: 1000,
    atOnce: 2,
    deep: false,
  },
}

/** The first pattern that a test file's path matches puts it there; one that matches none is in `fast`. */
const rows: readonly (readonly [path: RegExp, ...tiers: TierName[]])[] = [
  [/^test\/core\/(every-word|role-machine)\./, 'fast', 'deep'],
  [/^test\/simulation\/simulation\./, 'fast', 'deep'],
  [/^test\/simulation\/planted-bugs\./, 'planted'],
  [/^test\/simulation\/compare\./, 'deep'],
  [/^test\/core\/every-relay\./, 'deep'],
  [/^test\/(fuzz|soak)\//, 'deep'],
  [/^test\/mutants\//, 'deep'],
  [/^test\/(deb|deb-scripts|npm-pack|man|docs|docs-commands|docs-links|wiring)\.test/, 'package'],
  [/^test\/cli\/build\.test/, 'package'],
  [/^test\/(arm64|node-versions)\.test/, 'package'],
  [/^test\/seeds\./, 'process'],
  [/^test\/cli\/(bnfos\/(ends|gbl4|http)|xivo-berofos\/(daemon|xivo-berofos))\./, 'process'],
  [
    /^test\/cli\/(check|demo|doctor|doctor-.*|history|internal-error|orders|output|run|simulate|status)\./,
    'process',
  ],
  [
    /^test\/daemon\/(failover|in-between|odd-devices|operators|silent-names|start-and-reload|surroundings|upgrade)\./,
    'process',
  ],
  [/^test\/system-room\/(log-stdout|logger|unit)\./, 'process'],
  [/^test\/probes\/(real-peers|system-cas)\./, 'process'],
]

/** The tiers of a test file; its path is from the project's directory. */
export function tiersOf(path: string): readonly TierName[] {
  const [, ...names] = rows.find(([pattern]) => pattern.test(path)) ?? [null, 'fast' as const]
  return names
}
