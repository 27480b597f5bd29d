/** A release of Debian that berofosd is for. */
export interface Release {
  readonly name: string
  readonly suite: string
  /** Its own nodejs is too old: a package of the Node that runs the tests stands for it. */
  readonly nodeOfThisMachine: boolean
}

export const releases = {
  debian12: { name: 'Debian 12', suite: 'bookworm', nodeOfThisMachine: true },
  debian13: { name: 'Debian 13', suite: 'trixie', nodeOfThisMachine: false },
} as const satisfies Record<string, Release>

/** On a minimal system: what a server has, and what the package depends on. */
export const basePackages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'iputils-ping',
  'rsyslog',
] as const

/** What debootstrap can't install, for want of virtual packages. polkitd: a documented hook needs it. */
export const laterPackages = ['polkitd'] as const
