import { isInSync, type KnownMode, knownOf, stuckCode } from '../core/relay/relay-state.ts'
import { modeFor, type Role } from '../core/role.ts'
import { type RolesRead, rolesRead } from './all-readings.ts'
import { identityOf } from './identity.ts'
import { type BankOptions, pairWants } from './options.ts'
import { Relay } from './relay.ts'

/** How often each device is asked who it is. */
const identifyMs = 3_600_000

/** Hears that the reading of this number ended, and whether anything came back. */
type AnswerListener = (relay: string, reading: number, answered: boolean) => void

/** All configured devices as one. Each is driven on its own: a dead relay delays no other. */
export class RelayBank {
  private readonly relays: readonly Relay[]
  private move: number | null = null
  private enforcedAt = 0
  /** How many relays were read back since then, and when the last of them was. */
  private arrived = { count: 0, atMono: 0 }
  private begun = false
  private told = false
  private closed = false
  private confirmed: ReadonlySet<string>
  private readonly ended = new AbortController()
  private listeners: (() => void)[] = []
  private answerListeners: AnswerListener[] = []
  /** Each device was asked for the first time who it is. */
  readonly identified: Promise<unknown>

  constructor(private readonly options: BankOptions) {
    const { devices, timing, clock, open, known, line, changed, random = Math.random } = options
    const { saved = () => Promise.resolve(), after = Promise.resolve(known) } = options
    const { kicker, tripped = () => {}, wants = pairWants } = options
    this.confirmed = options.confirmed ?? new Set()
    const events = {
      ...(kicker && { kicker }),
      tripped,
      wants,
      open,
      random,
      line,
      changed,
      saved,
      heard: (name: string, reading: number, answered: boolean) => {
        for (const tell of [...this.answerListeners]) tell(name, reading, answered)
      },
      told: () => this.noteBegun(),
      recovered: (name: string) => void this.identify(this.relays.filter(r => r.settings.name === name)),
      outcome: () => this.noteOutcome(),
    }
    this.relays = devices.map(d => new Relay(d, timing, clock, events, known[d.name] ?? null))
    for (const relay of this.relays) relay.start(after)
    this.identified = after.then(() => this.identify(this.relays))
    void this.identified.then(() => this.keepIdentifying())
  }

  /**
   * Drives every relay to the role, and keeps it there. `move`: differences are expected, not drift; they are told before
   * they are read, unless `isToldFirst` is false.
   */
  enforce(role: Role, move: number | null, isToldFirst = true): void {
    this.move = move
    this.enforcedAt = this.options.clock.mono()
    this.arrived = { count: 0, atMono: this.enforcedAt }
    this.begun = false
    this.told = false
    for (const relay of this.relays)
      relay.order(role, move !== null && isToldFirst && !this.isConfirmed(relay, role))
    this.confirmed = new Set()
    this.noteOutcome()
  }

  /** Drives nothing; goes on reading. */
  observe(): void {
    this.move = null
    for (const relay of this.relays) relay.order(null, false)
    this.noteOutcome()
  }

  /**
   * Resolves with the first relay that answers anything, or null when a new question to each came to nothing. What was
   * asked before counts for nothing: this node may have been cut off since.
   * @param atMost asks no more relays than this, those that answered last before others
   */
  checkIsolation(atMost = Number.POSITIVE_INFINITY): Promise<string | null> {
    const well = this.relays.filter(r => r.state.error === null)
    const asked = [...well, ...this.relays.filter(r => !well.includes(r))].slice(0, atMost)
    return new Promise(resolve => {
      const silent = new Map(asked.map(r => [r.settings.name, r.readingsBegun]))
      const over = new AbortController()
      const end = (answer: string | null) => {
        over.abort()
        this.answerListeners = this.answerListeners.filter(s => s !== tell)
        resolve(answer)
      }
      const tell: AnswerListener = (name, reading, answered) => {
        if (reading <= (silent.get(name) ?? 0)) return
        if (answered) return end(name)
        silent.delete(name)
        endIfSilent()
      }
      // An answer over GBL4 is one, too.
      const endIfSilent = () => silent.size === 0 && asking === 0 && end(null)
      let asking = asked.length
      for (const relay of asked)
        void this.macOf(relay, over.signal).then(mac => {
          asking -= 1
          this.noteMac(relay, mac)
          if (mac !== null) end(relay.settings.name)
          else endIfSilent()
        })
      this.answerListeners.push(tell)
      endIfSilent()
      for (const relay of asked) relay.wake()
    })
  }

  /**
   * What the relays read, each asked once from now on. Rejects when the bank is closed before: whoever comes after it
   * knows better.
   */
  async discoverRole(): Promise<RolesRead> {
    // The first reading of each is on its way; later, what was read before may be past.
    if (this.relays.every(r => r.hasOutcome)) this.readNow()
    await Promise.all([this.allTried(), this.identified])
    if (this.closed) throw new Error('the relays were let go of')
    return rolesRead(this.relays)
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
      .filter(r => !isInSync(r.state))
      .map(({ state }) => ({ name: state.name, why: state.error?.text ?? 'not read back yet' }))
  }

  /** Whether one has said yes to its mode and reads otherwise: it may need some seconds. */
  hasLate(): boolean {
    return this.relays.some(({ state }) => state.error?.code === stuckCode)
  }

  list(): readonly Relay[] {
    return this.relays
  }

  known(): Record<string, KnownMode> {
    const known = this.relays.filter(({ state }) => state.actual !== null || state.pendingSwitch !== null)
    return Object.fromEntries(known.map(({ state }) => [state.name, knownOf(state)]))
  }

  /** Reads every relay now, and corrects what differs. */
  readNow(): void {
    for (const relay of this.relays) relay.readNow()
  }

  remind(): void {
    for (const relay of this.relays) relay.remind()
  }

  async close(): Promise<void> {
    this.closed = true
    this.ended.abort()
    await Promise.all(this.relays.map(r => r.close()))
    for (const { settings } of this.relays)
      for (const tell of [...this.answerListeners]) tell(settings.name, Number.POSITIVE_INFINITY, false)
    for (const tell of this.listeners.splice(0)) tell()
  }

  /** Each hour after the start; beside everything else, so that it delays nothing. */
  private async keepIdentifying(): Promise<void> {
    if (!this.options.askMac) return
    while (!this.closed) {
      await this.options.clock.sleep(identifyMs, this.ended.signal)
      await this.identify(this.relays)
    }
  }

  private async macOf({ settings: { host } }: Relay, unwanted: AbortSignal): Promise<string | null> {
    const { askMac } = this.options
    return host === null || !askMac ? null : askMac(host, unwanted).catch(() => null)
  }

  /** Asks these who they are, and drives each by the section whose device it is. No answer changes nothing. */
  private async identify(relays: readonly Relay[]): Promise<void> {
    await Promise.allSettled(
      relays.map(async relay => this.noteMac(relay, await this.macOf(relay, this.ended.signal))),
    )
  }

  private noteMac(relay: Relay, mac: string | null): void {
    const { devices, line } = this.options
    const { name } = relay.settings
    const own = devices.find(device => device.name === name)
    if (mac === null || !own || this.closed) return
    const { settings, stranger } = identityOf(own, mac, devices)
    if (stranger !== null && stranger !== relay.stranger)
      line({ severity: 'error', text: `${name}: ${stranger}`, isStranger: true }, name)
    relay.stranger = stranger
    relay.driveAs(settings)
  }

  private isConfirmed({ settings, state }: Relay, role: Role): boolean {
    return this.confirmed.has(settings.name) && state.actual === modeFor(role, settings.invert)
  }

  private noteBegun(): void {
    if (this.move === null || this.begun) return
    this.begun = true
    this.options.moveBegun?.(this.move)
  }

  private noteOutcome(): void {
    let [count, open] = [0, 0]
    for (const { hasOutcome, state } of this.relays) {
      if (!hasOutcome) open += 1
      else if (isInSync(state)) count += 1
    }
    if (count > 0) this.noteBegun()
    const now = this.options.clock.mono()
    if (count > this.arrived.count) this.arrived = { count, atMono: now }
    if (open > 0) return
    for (const tell of this.listeners.splice(0)) tell()
    const { move } = this
    if (move === null) return
    const all = this.unconfirmed().length === 0
    if (!all && this.told) return
    this.told = true
    if (all) this.move = null
    const unconfirmed = this.unconfirmed().map(({ name }) => name)
    const tookMs = (count > 0 ? this.arrived.atMono : now) - this.enforcedAt
    this.options.relaysTried(move, all, { total: this.relays.length, open: unconfirmed, tookMs })
  }
}
