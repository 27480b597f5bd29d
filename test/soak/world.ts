import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hookNames } from '../../src/core/settings.ts'
import type { Steering } from '../../src/simulator/faults.ts'
import type { MasterService } from '../../src/simulator/simulated-master.ts'
import { inPath } from '../helpers/needs.ts'
import { type Child, startChild, watchStarving } from './children.ts'
import { Collector } from './collector.ts'
import { DaemonUnderSoak } from './daemon.ts'
import type { DeviceAnswer, DeviceOrder } from './device-process.ts'
import type { MasterAnswer, MasterOrder } from './master-process.ts'
import { type Happening, SoakRecord } from './record.ts'
import { berofosdConf, bnfosConf, masterAddress, type Places, relayRows, type Sections } from './settings.ts'
import { monoMs } from './shared-clock.ts'

type RelayProcess = Child<DeviceOrder, DeviceAnswer>
type MasterProcess = Child<MasterOrder, MasterAnswer>

/** Everything that the daemon meets, each part in a process of its own, and the daemon. */
export interface World {
  readonly record: SoakRecord
  readonly directory: string
  readonly relays: ReadonlyMap<string, RelayProcess>
  readonly master: MasterProcess
  readonly collector: Collector
  readonly daemon: DaemonUnderSoak
  readonly files: { readonly configFile: string; readonly bnfosFile: string; readonly program: string }
  /** A small disk of its own holds the state directory; null: that takes root. */
  readonly disk: string
  readonly hasDisk: boolean
  note(happening: Happening): void
  deed(text: string): void
  configure(changes: Sections): Promise<void>
  steer(relay: string, steering: Steering): Promise<void>
  close(): Promise<void>
}

/** Rejects, with nothing left behind, when a part can't be had. */
export async function openWorld(seed: number): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-soak-'))
  const closers: (() => unknown)[] = [() => rm(directory, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return await build(seed, directory, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(
  seed: number,
  directory: string,
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<World> {
  const record = new SoakRecord()
  const note = (happening: Happening) => record.add(happening)
  const starving = watchStarving('soak', note)
  closers.push(starving.stop)
  const disk = join(directory, 'disk')
  await mkdir(disk)
  const hasDisk = mountDisk(disk, closers)
  await mkdir(join(disk, 'state'), { mode: 0o700 })
  await mkdir(join(directory, 'hooks'))
  await mkdir(join(directory, 'syslog'))
  for (const hook of hookNames) await writeFile(join(directory, 'hooks', hook), ':\n')
  await writeFile(join(directory, 'is-secondary'), '')
  await cp('dist', join(directory, 'dist'), { recursive: true, verbatimSymlinks: true })

  const relays = new Map<string, RelayProcess>()
  await Promise.all(relayRows.map(async row => relays.set(row.name, await startRelay(row, note, closers))))
  const master = await startChild<MasterOrder, MasterAnswer>(
    './master-process.ts',
    [masterAddress, String(seed)],
    note,
    { do: 'hello' },
  )
  closers.push(() => master.close())
  const collector = new Collector(join(directory, 'syslog'), diesWithUs(), note)
  closers.push(() => collector.close())
  await collector.start()

  const places = await placesOf(directory, collector.socketPath, relays, master)
  const files = {
    configFile: join(directory, 'berofosd.conf'),
    bnfosFile: join(directory, 'bnfos.conf'),
    program: join(directory, 'dist/berofosd.cjs'),
  }
  const configure = (changes: Sections) => replaceFile(files.configFile, berofosdConf(places, changes))
  await configure({})
  await writeFile(files.bnfosFile, bnfosConf(), { mode: 0o640 })
  const daemon = new DaemonUnderSoak(
    { ...files, controlSocket: join(directory, 'control.sock'), stateDirectory: join(disk, 'state') },
    diesWithUs(),
    note,
  )
  closers.push(() => daemon.end('SIGKILL'))
  const deed = (text: string) => note({ kind: 'deed', at: monoMs(), text })
  const steer = async (relay: string, steering: Steering) => {
    await relays.get(relay)?.ask({ do: 'steer', steering })
  }
  return {
    ...{ record, directory, relays, master, collector, daemon, files, disk, hasDisk },
    ...{ note, deed, configure, steer, close },
  }
}

/** Whole or not at all: the daemon may be reading it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o640 })
  await rename(`${path}.new`, path)
}

async function startRelay(
  { name, host, auth, firmware, invert }: (typeof relayRows)[number],
  note: (happening: Happening) => void,
  closers: (() => unknown)[],
): Promise<RelayProcess> {
  const args = [name, host, auth, firmware, invert ? '0' : '1']
  const child = await startChild<DeviceOrder, DeviceAnswer>('./device-process.ts', args, note, {
    do: 'hello',
  })
  closers.push(() => child.close())
  return child
}

async function placesOf(
  directory: string,
  socket: string,
  relays: ReadonlyMap<string, RelayProcess>,
  master: MasterProcess,
): Promise<Places> {
  const ports: Record<MasterService, number> = { ...(await master.ask({ do: 'hello' })) }
  const relayPorts: Record<string, number> = {}
  for (const [name, relay] of relays) relayPorts[name] = (await relay.ask({ do: 'hello' })).port
  return { directory, socket, ports, relayPorts }
}

/** util-linux's setpriv lets the kernel end a process with its parent, however that one ends. */
function diesWithUs(): string[] {
  const setpriv = inPath('setpriv')
  return setpriv ? [setpriv, '--pdeathsig', 'KILL'] : []
}

function mountDisk(disk: string, closers: (() => unknown)[]): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'berofosd-soak', disk], {
      stdio: 'ignore',
    })
  } catch {
    return false
  }
  const unmount = () => execFileSync('umount', ['-l', disk], { stdio: 'ignore' })
  closers.push(unmount)
  return true
}
