/** A release of Debian that berofosd is for. */
export interface Release {
  readonly name: string
  readonly suite: string
  /** The version of its own nodejs. */
  readonly nodejs: RegExp
}

export const releases = {
  debian12: { name: 'Debian 12', suite: 'bookworm', nodejs: /^18\.20\./ },
  debian13: { name: 'Debian 13', suite: 'trixie', nodejs: /^20\.19\./ },
} as const satisfies Record<string, Release>

/** On a minimal system: what a server has. Nothing that the package depends on. */
export const basePackages = ['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'rsyslog'] as const

/** What debootstrap can't install, for want of virtual packages. polkitd: a documented hook needs it. */
export const laterPackages = ['polkitd'] as const

/** From Debian's archive, with all that they depend on and recommend: they lie there for apt, and are not installed. */
export const downloadedPackages = ['nodejs', 'iputils-ping'] as const
