import type { Clock } from '../system/clock.ts'

export interface GuardOptions {
  /** How often the watchdog is kicked, and its interval. */
  readonly kickMs: number
  readonly watchdogMs: number
  readonly clock: Clock
  /** Whether the device is to be kept from bypassing: asked right before each kick. */
  readonly mayKick: () => boolean
  /** Whether the device echoes a kick in time. Never rejects. */
  readonly kick: (host: string, mac: string, timeoutMs: number) => Promise<boolean>
  /** The MAC of the berofos at this host; null: none says so. Never rejects. */
  readonly askMac: (host: string) => Promise<string | null>
  /** Whether this device is to be asked, at each kick that is due, if it hears anything; no kick is needed for that. */
  readonly isAwaited: (name: string) => boolean
  /** It does. */
  readonly answers: (name: string) => void
}

export interface KickedDevice {
  /** Where the device is, and which MAC bnfos.conf has for it. */
  readonly place: () => { readonly name: string; readonly host: string | null; readonly mac: string | null }
  /** It may have tripped: it is to be read now. */
  readonly look: () => void
}

/** A kick whose echo takes longer counts as lost. */
const longestEchoMs = 3000

/** A datagram may be lost: so many kicks in a row without an echo are no chance. */
const noChance = 2

/**
 * Kicks the watchdog of one device at a steady pace for as long as it may. A kick waits for nothing, not even for the
 * echo of the one before. A device that may have tripped is looked at before it is kicked again, since on some firmware
 * a kick would hide the trip.
 */
export class WatchdogKicker {
  private readonly ended = new AbortController()
  /** Ends the pause before the next kick. */
  private nudge = new AbortController()
  /** When the latest kick that it has echoed was sent, or when it was last noticed that there is none of late. */
  private countsFrom: number
  private mustLook = true
  /** It was not kicked for its interval, and no reading has shown since that it did not trip. */
  private isUnsure = true
  /** It has echoed a kick since it was unsure: it trips no more, so that the next reading tells. */
  private isKicked = false
  /** Kicks in a row without an echo, and when the first of them was sent. */
  private unechoed = 0
  private unechoedSince = 0
  /** When the latest reading began that showed the lines at the server; null: there was none. */
  soundAt: number | null = null
  private mac: string | null = null
  private done: Promise<void> = Promise.resolve()

  constructor(
    private readonly options: GuardOptions,
    private readonly device: KickedDevice,
  ) {
    this.countsFrom = options.clock.mono()
  }

  start(): void {
    this.done = this.run()
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.nudge.abort()
    await this.done
  }

  /** For how long it was kicked without an echo, in ms; null: it echoes, has missed one only, or was not kicked. */
  get silentMs(): number | null {
    return this.unechoed < noChance ? null : this.options.clock.mono() - this.unechoedSince
  }

  /** The same, said once: kicks without an echo count anew from here. */
  takeSilence(): number | null {
    const ms = this.silentMs
    this.unechoed = 0
    return ms
  }

  /** It was not kicked for its interval: it may have tripped, whatever it shows now. */
  get mayHaveTripped(): boolean {
    return this.isUnsure || this.hasLapsed
  }

  /**
   * A reading ended. One that failed tells nothing of a trip, but kicks wait for it no longer; one that shows a trip
   * keeps them away until the trip is undone. One that shows none is sure only if a kick was echoed before: until then
   * the device may yet trip, and the kick may hide it.
   */
  noteReading(shows: 'nothing' | 'a trip' | 'no trip'): void {
    this.noteLapse()
    const waited = this.mustLook
    this.mustLook = shows === 'a trip'
    if (shows === 'a trip') this.isUnsure = true
    if (shows === 'no trip' && this.isKicked) this.isUnsure = false
    if (waited && shows === 'no trip') this.nudge.abort()
  }

  /** One kick, whatever is decided: the way back to the server begins with it. Resolves with its echo or without. */
  async kickNow(): Promise<void> {
    const { clock, kick, askMac, kickMs } = this.options
    const { host, mac } = this.device.place()
    if (host === null) return
    const at = clock.mono()
    const known = this.mac ?? mac ?? (await askMac(host))
    const echoed = known !== null && (await kick(host, known, Math.min(longestEchoMs, kickMs)))
    if (echoed) {
      this.mac = known
      this.noteEcho(at)
      return
    }
    if (this.unechoed === 0) this.unechoedSince = at
    this.unechoed += 1
    // The device may have been replaced, or bnfos.conf may have the MAC of another one.
    this.mac = await askMac(host)
  }

  private async run(): Promise<void> {
    const { clock, kickMs, mayKick } = this.options
    let due = clock.mono()
    while (!this.ended.signal.aborted) {
      this.nudge = new AbortController()
      this.noteLapse()
      void this.askIfAwaited().catch(() => {})
      if (!mayKick()) this.unechoed = 0
      else if (this.mustLook) this.device.look()
      else void this.kickNow().catch(() => {})
      // After a stall the kicks that were missed are not made up for.
      due = Math.max(due + kickMs, clock.mono())
      await clock.sleep(due - clock.mono(), this.nudge.signal)
      due = Math.min(due, clock.mono())
    }
  }

  private async askIfAwaited(): Promise<void> {
    const { isAwaited, askMac, answers } = this.options
    const { name, host } = this.device.place()
    if (host !== null && isAwaited(name) && (await askMac(host)) !== null) answers(name)
  }

  private noteEcho(sentAt: number): void {
    this.noteLapse()
    this.unechoed = 0
    this.countsFrom = Math.max(this.countsFrom, sentAt)
    this.isKicked = true
    if (this.isUnsure) this.device.look()
  }

  private get hasLapsed(): boolean {
    return this.options.clock.mono() - this.countsFrom >= this.options.watchdogMs
  }

  private noteLapse(): void {
    if (!this.hasLapsed) return
    this.countsFrom = this.options.clock.mono()
    this.mustLook = true
    this.isUnsure = true
    this.isKicked = false
  }
}
