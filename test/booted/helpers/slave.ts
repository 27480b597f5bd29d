import { talk } from '../../../src/control/client.ts'
import type { Status } from '../../../src/status/status-json.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { eventually } from '../../helpers/until.ts'
import type { Host } from './addresses.ts'
import type { CommandOptions, Outcome } from './command.ts'
import type { Container } from './container.ts'
import type { Network } from './network.ts'
import type { Relays } from './relays.ts'
import type { Release } from './releases.ts'
import { type Sections, slaveConf } from './slave-conf.ts'
import { SlaveLog } from './slave-log.ts'

/** A slave server: a booted Debian with berofosd as a service, and what it sees of the world. */
export class Slave {
  constructor(
    readonly container: Container,
    readonly network: Network<Host>,
    readonly relays: Relays,
    /** Of the package under test. */
    readonly packageFile: string,
    readonly release: Release,
    /** For files of this run. */
    readonly directory: string,
  ) {}

  run(command: readonly string[]): Promise<Outcome> {
    return this.container.run(command)
  }

  must(command: readonly string[], options?: CommandOptions): Promise<string> {
    return this.container.must(command, options)
  }

  /** Writes both files. */
  async configure(changes: Sections = {}): Promise<void> {
    await this.container.write('/etc/berofosd.conf', slaveConf(changes))
    await this.container.write('/etc/bnfos.conf', this.relays.bnfosConf, 0o640)
    await this.must(['chgrp', 'berofosd', '/etc/bnfos.conf'])
  }

  /** All links and relays well, the master on the lines, no memory of earlier tests, and a daemon that is steady. */
  async begin(changes: Sections = {}): Promise<void> {
    await this.prepare(changes)
    await this.must(['systemctl', 'start', 'berofosd'])
    await this.untilSteady()
  }

  /** The same, with the daemon stopped. */
  async prepare(changes: Sections = {}): Promise<void> {
    await this.must(['systemctl', 'stop', 'berofosd'])
    await this.network.restoreAll()
    await this.relays.steer('relay all none')
    await this.relays.steer('relay all hand 1')
    await this.relays.countAnew()
    await this.must(['sh', '-c', 'rm -rf /var/lib/berofosd/* /run/berofosd/*; systemctl reset-failed'])
    await this.configure(changes)
  }

  /** The lines are at the slave, every relay confirmed; the master stays cut off. */
  async failOver(): Promise<void> {
    await this.network.cut('master')
    await this.untilRole('slave')
  }

  /** With every relay confirmed. */
  untilRole(role: Status['role']): Promise<void> {
    return this.until(`lines at the ${role}`, status => status.role === role && isConfirmed(status))
  }

  /** What it logs from now on. */
  listen(): Promise<SlaveLog> {
    return SlaveLog.begin(this.container)
  }

  /** The lines are at the master, every relay is confirmed, the master is up. */
  untilSteady(): Promise<void> {
    return this.until('steady at the master', status => isSteady(status) && status.role === 'master')
  }

  /** Asks the daemon as `berofosd` does; the reply is for the caller to read. */
  async order(request: object): Promise<{ readonly ok: boolean; readonly [part: string]: unknown }> {
    const result = await talk(this.container.path('/run/berofosd/control.sock'), request, asking)
    if (result.outcome !== 'answered') throw new Error(result.error)
    return result.reply
  }

  /** Of the running daemon; rejects when none answers. */
  async status(): Promise<Status> {
    const result = await talk(
      this.container.path('/run/berofosd/control.sock'),
      { command: 'status' },
      asking,
    )
    if (result.outcome !== 'answered') throw new Error(result.error)
    return result.reply.status as unknown as Status
  }

  /** Waits for a daemon whose status is like this. */
  async until(what: string, holds: (status: Status) => boolean, deadlineMs?: number): Promise<void> {
    let last: Status | Error = new Error('not asked')
    const look = async () => {
      last = await this.status().catch(error => error as Error)
      return !(last instanceof Error) && holds(last)
    }
    await eventually(what, look, deadlineMs).catch(error => {
      throw new Error(`${error.message}: ${last instanceof Error ? last.message : JSON.stringify(last)}`)
    })
  }

  /** Properties of the unit, as `systemctl show` has them. */
  async unit<Name extends string>(...names: readonly Name[]): Promise<Record<Name, string>> {
    const shown = await this.must(['systemctl', 'show', 'berofosd', `--property=${names.join(',')}`])
    const rows = shown
      .trim()
      .split('\n')
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    return Object.fromEntries(rows)
  }
}

const asking = { clock: systemClock, silenceMs: 20_000 }

function isSteady(status: Status): boolean {
  return status.phase === 'steady' && status.master.verdict === 'up' && isConfirmed(status)
}

function isConfirmed({ relays }: Status): boolean {
  return relays.every(({ confirmed }) => confirmed)
}
