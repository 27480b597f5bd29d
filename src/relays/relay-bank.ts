import type { Device } from '../berofos/device.ts'
import type { MoveTally } from '../core/events.ts'
import type { Line } from '../core/relay-lines.ts'
import { isConfirmed } from '../core/relay-state.ts'
import { modeFor, type Role } from '../core/role.ts'
import type { DeviceSettings, RelaySettings } from '../core/settings.ts'
import type { Clock } from '../system/clock.ts'
import { identityOf } from './identity.ts'
import { Relay } from './relay.ts'
import type { KnownMode } from './relay-options.ts'

export interface BankOptions {
  readonly devices: readonly DeviceSettings[]
  readonly timing: RelaySettings
  readonly clock: Clock
  /** 0 ≤ n < 1, to spread retries; default Math.random. */
  readonly random?: () => number
  readonly open: (device: DeviceSettings) => Device
  /** The MAC of the berofos at this host, in upper case; null: none says so. Default: nobody is asked. */
  readonly askMac?: (host: string) => Promise<string | null>
  readonly known: Readonly<Record<string, KnownMode>>
  readonly line: (line: Line, name: string) => void
  /** The first relay was told of this move, or was found there. */
  readonly begun?: (move: number) => void
  /** Every relay has had its first outcome since `hold` was told of this move; again once `all` were read back. */
  readonly settled: (move: number, all: boolean, tally: MoveTally) => void
  /** What `known` remembers has changed. */
  readonly changed: () => void
  /** Waits, not for long, until what `known` remembers is kept; default: there is nothing to wait for. */
  readonly kept?: () => Promise<unknown>
  /** No device is asked before: whoever asked them until now is done then. */
  readonly after?: Promise<unknown>
}

/** How often each device is asked who it is. */
const identifyMs = 3_600_000

/** Hears that the reading of this number ended, and whether anything came back. */
type Surveyor = (relay: string, reading: number, answered: boolean) => void

/** All configured devices as one. Each is driven on its own: a dead relay delays no other. */
export class RelayBank {
  private readonly relays: readonly Relay[]
  private move: number | null = null
  private heldAt = 0
  private begun = false
  private told = false
  private closed = false
  private readonly ended = new AbortController()
  private listeners: (() => void)[] = []
  private surveyors: Surveyor[] = []

  constructor(private readonly options: BankOptions) {
    const { devices, timing, clock, open, known, line, changed, random = Math.random } = options
    const { kept = () => Promise.resolve(), after = Promise.resolve() } = options
    const events = {
      open,
      random,
      line,
      changed,
      kept,
      heard: (name: string, reading: number, answered: boolean) => {
        for (const tell of [...this.surveyors]) tell(name, reading, answered)
      },
      told: () => this.noteBegun(),
      recovered: (name: string) => void this.identify(this.relays.filter(r => r.settings.name === name)),
      outcome: () => this.noteOutcome(),
    }
    this.relays = devices.map(d => new Relay(d, timing, clock, events, known[d.name] ?? null))
    for (const relay of this.relays) relay.start(after)
    void after.then(() => this.keepIdentifying())
  }

  /** Drives every relay to the role, and keeps it there. `move`: differences are expected, not drift. */
  hold(role: Role, move: number | null): void {
    this.move = move
    this.heldAt = this.options.clock.mono()
    this.begun = false
    this.told = false
    for (const relay of this.relays) relay.order(role, move !== null)
    this.noteOutcome()
  }

  /** Drives nothing; goes on reading. */
  watch(): void {
    this.move = null
    for (const relay of this.relays) relay.order(null, false)
    this.noteOutcome()
  }

  /**
   * Resolves with the first relay that answers anything, or null when a new question to each came to nothing. What was
   * asked before counts for nothing: this node may have been cut off since.
   */
  survey(): Promise<string | null> {
    return new Promise(resolve => {
      const silent = new Map(this.relays.map(r => [r.settings.name, r.readings]))
      const end = (answer: string | null) => {
        this.surveyors = this.surveyors.filter(s => s !== tell)
        resolve(answer)
      }
      const tell: Surveyor = (name, reading, answered) => {
        if (reading <= (silent.get(name) ?? 0)) return
        if (answered) return end(name)
        silent.delete(name)
        endIfSilent()
      }
      // An answer over GBL4 is one, too.
      const endIfSilent = () => silent.size === 0 && asking === 0 && end(null)
      let asking = this.relays.length
      for (const relay of this.relays)
        void this.macOf(relay).then(mac => {
          asking -= 1
          if (mac !== null) end(relay.settings.name)
          else endIfSilent()
        })
      this.surveyors.push(tell)
      endIfSilent()
      for (const relay of this.relays) relay.wake()
    })
  }

  /**
   * The role that most relays read once each was asked; null: none could be read. A tie is the master's. Rejects when
   * the bank is closed before: whoever comes after it knows better.
   */
  async adopt(): Promise<Role | null> {
    await this.allTried()
    if (this.closed) throw new Error('the relays were let go of')
    const roles = this.relays
      .filter(r => r.state.actual !== null && r.state.actualWall !== null)
      .map(r => (r.state.actual === 1) !== r.settings.invert)
    if (roles.length === 0) return null
    return roles.filter(isMaster => isMaster).length * 2 >= roles.length ? 'master' : 'slave'
  }

  /** Whether a relay that was not read since may have been told to give the lines to this role, if by the run before. */
  mayHaveTold(role: Role): boolean {
    return this.relays.some(({ state, settings }) => state.sent === modeFor(role, settings.invert))
  }

  /** Resolves when every relay has had an outcome since the latest order. */
  allTried(): Promise<void> {
    return new Promise(resolve => {
      this.listeners.push(resolve)
      this.noteOutcome()
    })
  }

  /** Relays that were not read back at the role's mode, with why. */
  unconfirmed(): { name: string; why: string }[] {
    return this.relays
      .filter(r => !isConfirmed(r.state))
      .map(({ state }) => ({ name: state.name, why: state.error?.text ?? 'not read back yet' }))
  }

  list(): readonly Relay[] {
    return this.relays
  }

  known(): Record<string, KnownMode> {
    const seen = this.relays.filter(r => r.state.actual !== null)
    return Object.fromEntries(
      seen.map(({ state: { name, actual, sent, strayed } }) => [
        name,
        { mode: actual as 0 | 1, sent, ...(strayed && { strayed }) },
      ]),
    )
  }

  /** Reads every relay now: what differs is put right. */
  audit(): void {
    for (const relay of this.relays) relay.audit()
  }

  remind(): void {
    for (const relay of this.relays) relay.remind()
  }

  async close(): Promise<void> {
    this.closed = true
    this.ended.abort()
    await Promise.all(this.relays.map(r => r.close()))
    for (const { settings } of this.relays)
      for (const tell of [...this.surveyors]) tell(settings.name, Number.POSITIVE_INFINITY, false)
    for (const tell of this.listeners.splice(0)) tell()
  }

  /** At the start and each hour; beside everything else, so that it delays nothing. */
  private async keepIdentifying(): Promise<void> {
    if (!this.options.askMac) return
    while (!this.closed) {
      await this.identify(this.relays)
      await this.options.clock.sleep(identifyMs, this.ended.signal)
    }
  }

  private async macOf({ settings: { host } }: Relay): Promise<string | null> {
    const { askMac } = this.options
    return host === null || !askMac ? null : askMac(host).catch(() => null)
  }

  /** Asks these who they are, and drives each by the section whose device it is. No answer changes nothing. */
  private async identify(relays: readonly Relay[]): Promise<void> {
    const { devices, line } = this.options
    const asking = relays.map(async relay => {
      const { name } = relay.settings
      const own = devices.find(device => device.name === name)
      const mac = await this.macOf(relay)
      if (mac === null || !own || this.closed) return
      const { settings, stranger } = identityOf(own, mac, devices)
      if (stranger !== null && stranger !== relay.stranger)
        line({ severity: 'error', text: `${name}: ${stranger}` }, name)
      relay.stranger = stranger
      relay.drivenBy(settings)
    })
    await Promise.allSettled(asking)
  }

  private noteBegun(): void {
    if (this.move === null || this.begun) return
    this.begun = true
    this.options.begun?.(this.move)
  }

  private noteOutcome(): void {
    if (this.relays.some(r => r.hasOutcome && isConfirmed(r.state))) this.noteBegun()
    if (!this.relays.every(r => r.hasOutcome)) return
    for (const tell of this.listeners.splice(0)) tell()
    const { move } = this
    if (move === null) return
    const all = this.unconfirmed().length === 0
    if (!all && this.told) return
    this.told = true
    if (all) this.move = null
    const open = this.unconfirmed().map(({ name }) => name)
    const tookMs = this.options.clock.mono() - this.heldAt
    this.options.settled(move, all, { total: this.relays.length, open, tookMs })
  }
}
