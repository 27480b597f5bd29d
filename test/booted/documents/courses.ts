/** The commands of the documents in the order in which somebody would type them, and what he does in between. */
export interface Step {
  /** Key of a block, see test/helpers/doc-blocks.ts. */
  readonly block?: string
  /** What the text around the block says to do by hand, or in a command within a sentence. */
  readonly byHand?: string
}

/** The pages every command of which is run. */
export const pages = ['README.md', 'docs/installation.md'] as const

const page = 'docs/installation.md'
const build = 'apt-get install git npm'

/** Fails and names what an uninstallation has left. A state that outlives it would be in force after the next one. */
const nothingIsLeft =
  "! find /etc /run /usr /var/lib -xdev \\( -name '*berofos*' -o -name 'bnfos*' \\) | grep . && ! getent group berofosd berofosd-operator"

/** On a slave that nothing is built on, with one bero*fos: the package lies there. */
export const onSlave: readonly Step[] = [
  { block: `${page}, Package: apt install ./berofosd_*.deb` },
  { block: 'README.md, Install: bnfos --scan -x' },
  { block: `${page}, Finding the device: chown root:berofosd /etc/bnfos.conf` },
  { block: `${page}, Network and firmware, in flash mode: bnfos --scan -x -h 10.34.1.20` },
  { block: `${page}, Settings for HA: bnfos --set wdog=0 -f fos1` },
  {
    block: "README.md, Install: sed -i 's/^;host = 192.0.2.10$/host = 10.34.1.10/' /etc/berofosd.conf",
  },
  { block: 'README.md, Install: berofosd check-config && berofosd check' },
  {
    block: `${page}, The daemon: berofosd check-config     # what is wrong in both files, and the worst-case detection time`,
  },
  { block: `${page}, The daemon: systemctl daemon-reload` },
  { block: `${page}, Password: bnfos --set apwd=PASSWORD -f fos1      # at most 15 characters` },
  {
    byHand:
      "sed -i '/^login/d; /^host/a login = admin:PASSWORD' /etc/bnfos.conf && bnfos --get mode -f fos1 && systemctl reload berofosd",
  },
  { block: `${page}, Uninstalling: berofosd --force master                     # or slave` },
  { byHand: 'apt-get purge berofosd' },
  { byHand: 'rm -f /etc/bnfos.conf /etc/bnfos.conf.bak && userdel berofosd && groupdel berofosd-operator' },
  { byHand: nothingIsLeft },
]

/** On a host with the Node that builds it, in a clone. A second time each, as for a later version. */
export const inClone: readonly Step[] = [
  { block: `${page}, Package: ${build} debhelper bash-completion` },
  { block: `README.md, Install: ${build} debhelper bash-completion` },
  { block: `README.md, Install: ${build} debhelper bash-completion` },
  { block: `${page}, Package: apt-get install binutils-aarch64-linux-gnu` },
  { byHand: 'apt-get purge berofosd' },
  { block: `${page}, Programs: ${build} iputils-ping` },
  { block: `${page}, Programs: ${build} iputils-ping` },
  { byHand: 'berofosd --version && bnfos --version' },
  { block: `${page}, Uninstalling: systemctl disable --now berofosd` },
  { byHand: nothingIsLeft },
  { block: `${page}, npm: ${build} iputils-ping` },
  { block: `${page}, npm: ${build} iputils-ping` },
  { byHand: 'berofosd --version && npm uninstall --global --prefix /usr berofosd' },
  { block: `${page}, Uninstalling: systemctl disable --now berofosd` },
  { byHand: nothingIsLeft },
  {
    block:
      'README.md, Try it: npm ci && npm run demo   # the daemon on virtual bero*fos and a virtual master: a failover, a failback',
  },
]

/** Blocks that no test runs as they are, and why. */
export const notRun: Readonly<Record<string, string>> = {
  'README.md, Try by hand: npm run build':
    'the simulator runs until somebody ends it; test/cli/simulate.test.ts',
  'README.md, Try by hand: dist/berofosd simulate --tell /tmp/site.sock master dead':
    'needs the simulator of the block before; test/cli/simulate.test.ts',
}
