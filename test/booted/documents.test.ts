import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { scriptOf, shellBlocks } from '../helpers/doc-blocks.ts'
import { inClone, onSlave, pages, type Step } from './documents/courses.ts'
import { must } from './helpers/command.ts'
import { type Release, releases } from './helpers/releases.ts'
import { needsSystem } from './helpers/requirements.ts'
import type { Slave } from './helpers/slave.ts'
import { openSlaveSite, type SlaveSite } from './helpers/slave-site.ts'

const blocks = new Map(pages.flatMap(page => shellBlocks(page).map(({ key, text }) => [key, text] as const)))

// Debian 13 has the Node that builds the package; on Debian 12 a package that was built elsewhere is the way.
for (const release of Object.values(releases))
  course('are typed on a slave with one bero*fos', release, onSlave, {
    directory: '/root',
    prepare: () => Promise.resolve(),
    run: (slave, script) => slave.must(['bash'], { input: script, timeoutMs: 120_000 }),
  })
// It installs npm's hundreds of packages and runs npm test in there.
if (process.env.BEROFOSD_TEST_CLONE === '1')
  course('are typed in a clone', releases.debian13, inClone, {
    directory: '/root/berofosd',
    prepare: cloneInto,
    run: (slave, script) => slave.container.mustOutside(['bash'], { input: script, timeoutMs: 900_000 }),
  })

interface Place {
  readonly directory: string
  prepare(slave: Slave): Promise<unknown>
  /** Runs a script for bash; rejects unless it ends with 0. */
  run(slave: Slave, script: string): Promise<string>
}

function course(what: string, release: Release, steps: readonly Step[], place: Place): void {
  describe(`The commands of the documents that ${what}, on ${release.name}`, { skip: needsSystem() }, () => {
    let site: SlaveSite | null = null
    before(async () => {
      site = await openSlaveSite(release, 1, text => process.stdout.write(`${text}\n`))
      // The answer of whoever types them.
      await site.slave.container.write('/etc/apt/apt.conf.d/90yes', 'APT::Get::Assume-Yes "true";\n')
      await place.prepare(site.slave)
    })
    after(async () => {
      await site?.close()
    })
    for (const { block, byHand } of steps)
      it(`work: ${block ?? byHand}`, async () => {
        if (site === null) throw new Error('the system has not come up')
        const text = block === undefined ? `${byHand}\n` : (blocks.get(block) ?? '')
        await place.run(site.slave, `cd ${place.directory}\n${scriptOf(text)}`)
      })
  })
}

/** What is committed, on a system that asks Debian's archive and npm's registry by the network of this machine. */
async function cloneInto({ container, directory }: Slave): Promise<void> {
  const clone = join(directory, 'berofosd')
  await must('git', ['clone', '--quiet', process.cwd(), clone])
  await must('cp', ['-a', clone, container.path('/root')])
  await must('cp', ['/etc/resolv.conf', container.path('/etc/resolv.conf')])
  // Where the way to the registry ends at a proxy of this site, this machine trusts it.
  await must('cp', ['/etc/ssl/certs/ca-certificates.crt', container.path('/root/trusted.crt')])
  await container.write('/root/.npmrc', 'cafile=/root/trusted.crt\n')
  // npm of Debian is hundreds of packages, and nothing here has to outlive a power cut.
  await container.write('/etc/dpkg/dpkg.cfg.d/fast', 'force-unsafe-io\n')
  await container.mustOutside(['apt-get', 'update'], { timeoutMs: 300_000 })
}
