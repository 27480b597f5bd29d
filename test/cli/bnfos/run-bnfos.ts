import { type SpawnOptions, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openSite, type Site, type SiteOptions } from '../../../src/simulator/site.ts'
import { pathOfPrograms } from '../../helpers/programs.ts'
import { temporary } from '../../helpers/temporary.ts'
import { follow, type Ran, type Running } from '../run-berofosd.ts'

/** A loopback address that no other test file uses at the same time; `last` is its last octet. */
export function ownAddress(last: number): string {
  return `127.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}.${last}`
}

/** A UDP port that is free now, so that a broadcast reaches no device of another test. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Virtual berofos, a file for them, and bnfos to run against both. */
export interface Bnfos {
  readonly site: Site
  readonly directory: string
  /** Not written yet. */
  readonly file: string
  readonly gbl4Port: number
  run(...args: string[]): Promise<Ran>
  start(args: readonly string[], options?: SpawnOptions): Running
}

export async function openBnfos(
  t: TestContext,
  programs: string,
  options: Partial<SiteOptions> = {},
): Promise<Bnfos> {
  const directory = temporary(t)
  const gbl4Port = await freeUdpPort()
  const site = await openSite({ relays: 1, address: ownAddress(11), gbl4: true, gbl4Port, ...options })
  t.after(() => site.close())
  const file = join(directory, 'bnfos.conf')
  const start: Bnfos['start'] = (args, spawnOptions = {}) => {
    const env = { ...process.env, PATH: pathOfPrograms, BNFOS_CONF: file, BNFOS_GBL4_PORT: String(gbl4Port) }
    const child = spawn(join(programs, 'bnfos'), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: directory,
      ...spawnOptions,
      env: { ...env, ...spawnOptions.env },
    })
    t.after(() => child.kill('SIGKILL'))
    return follow(child)
  }
  return { site, directory, file, gbl4Port, start, run: (...args) => start(args).ended }
}

/** The only relay, or that of this name. */
export function relayOf({ site }: Bnfos, name = 'fos1') {
  const relay = site.relays.find(each => each.name === name)
  if (!relay) throw new Error(`no ${name}`)
  return relay
}
