import type { Device, DeviceReply, Reading } from '../../src/berofos/device.ts'
import { garbage, loginWrong, refused, timedOut, unreachable } from '../../src/berofos/http/failures.ts'
import { type Call, createTurns } from '../../src/berofos/http/turns.ts'
import { type AnswerPlan, answerPlan, type FaultName } from '../../src/simulator/faults.ts'
import {
  createSimulatedDevice,
  modeOf,
  moveRelay,
  type RelayMover,
  rebootDevice,
  type SimulatedDevice,
  unplugDevice,
} from '../../src/simulator/simulated-device.ts'
import { isHeld, kickWatchdog, settleWatchdog, shownWdog } from '../../src/simulator/simulated-watchdog.ts'
import { bypassValues } from '../../src/simulator/site-config.ts'
import type { Asker } from './life.ts'
import { macOf, type SiteBypass } from './site.ts'
import { takeGuardedWrite, watchTrips } from './virtual-watchdog.ts'
import type { World } from './world.ts'

/** About the size of config.txt and its head: what a dripping device takes its time for. */
const replyBytes = 700
const bootMs = 2000
/** relays/identity.ts */
const silentMs = 1000
/** What the daemon looks at of config.txt. */
const keywords = ['mode', 'modedef', 'wdog', 'wdogdef', 'scenario']
/** And of that of a device in front of a PBX. */
const guardedKeywords = [...keywords, 'wdogstate', 'wdogitime']

/** One berofos of the world: the simulator's device with its faults, without sockets. */
export class VirtualRelay {
  readonly device: SimulatedDevice
  fault: FaultName = 'none'
  faultMs = 0
  /** `KEY=VALUE` that its page says whatever is so; null: nothing. */
  oddity: string | null = null
  /** What it says over GBL4; null: it says nothing. */
  mac: string | null = null
  /** Datagrams to it get lost. */
  deaf = false
  /** When its power came back last; 0: it was always there. Until `bootMs` later it answers nobody. */
  poweredAt = 0
  #bootedAt = 0
  /** Its web server was away after a write until then. */
  #webBackAt = 0

  constructor(
    readonly name: string,
    private readonly world: World,
    mode: 0 | 1,
    private readonly bypass: SiteBypass | undefined,
  ) {
    const values = { mode: String(mode), ...(bypass && guardedValues(bypass)) }
    this.device = createSimulatedDevice({
      firmware: '1.53',
      values,
      ...(bypass && { watchdog: bypass.firmware }),
    })
    if (bypass) this.mac = macOf(name)
    if (bypass) watchTrips(this.device, world.timeline, () => this.#settle())
  }

  get mode(): 0 | 1 {
    return modeOf(this.device)
  }

  /** As bnfos.conf of the site has it. */
  get #where(): string {
    return `192.0.2.10${this.name.slice('fos'.length)} port 80`
  }

  reboot(): void {
    const { now } = this.world.timeline
    this.#change(() => rebootDevice(this.device, now))
    this.poweredAt = now
    this.#bootedAt = now + bootMs
  }

  /** Its power goes: A and D are joined until it is plugged in again. */
  unplug(): void {
    this.#change(() => unplugDevice(this.device, this.world.timeline.now))
    this.#bootedAt = Number.POSITIVE_INFINITY
  }

  /** Over GBL4: arrives after half the way. Resolves with whether it was echoed. */
  kick(life: Asker, mac: string, timeoutMs: number): Promise<boolean> {
    if (!life.enter()) return new Promise(() => {})
    life.tell({ is: 'kicked', relay: this.name })
    const oneWayMs = 1 + 2 * this.world.random.relays.next()
    return new Promise(resolve => {
      const end = life.later(timeoutMs, () => resolve(false))
      this.world.timeline.after(oneWayMs, () => {
        const hears = this.world.reaches(this.name) && !this.deaf && !silentFaults.includes(this.fault)
        if (!hears || this.mac !== mac || this.world.timeline.now < this.#bootedAt) return
        this.#settle()
        kickWatchdog(this.device, this.world.timeline.now)
        life.later(oneWayMs, () => {
          end.cancel()
          resolve(true)
        })
      })
    })
  }

  hand(mode: 0 | 1): void {
    if (mode === 1 && isHeld(this.device)) return
    this.#change(() => moveRelay(this.device, mode, this.world.timeline.now, 'hand'))
  }

  /** It trips at its moment, whether or not somebody looks at the device then. */
  turnWatchdogOn(s: number): void {
    const { timeline } = this.world
    this.device.watchdogKickedAt = timeline.now
    for (const [keyword, value] of [
      ['wdogitime', String(s)],
      ['wdog', '1'],
      ['wdogstate', '1'],
    ] as const)
      this.device.values.set(keyword, value)
    timeline.after(s * 1000, () => this.#settle())
  }

  set(keyword: string, value: string): void {
    this.device.values.set(keyword, value)
    this.#settle()
  }

  get sound(): boolean {
    return this.fault === 'none' && this.#listens && this.world.reaches(this.name)
  }

  get #listens(): boolean {
    const isUp = this.world.timeline.now >= Math.max(this.#bootedAt, this.#webBackAt)
    return isUp && answerPlan(this.fault, this.faultMs, 0).listening
  }

  /** Over GBL4, which no fault of its pages concerns. */
  whoIsThere(life: Asker): Promise<string | null> {
    return new Promise(resolve => {
      if (!life.enter()) return
      const answers = this.mac !== null && this.world.reaches(this.name)
      life.later(answers ? 2 : silentMs, () => {
        const mac = answers ? this.mac : null
        if (mac !== null) {
          life.tell({ is: 'heard', from: this.name })
          life.tell({ is: 'identified', relay: this.name, isForeign: mac !== macOf(this.name) })
        }
        resolve(mac)
      })
    })
  }

  /** How the daemon reaches it. */
  open(life: Asker, timeoutMs: number): Device {
    const turns = createTurns(`${this.name} port 80`, timeoutMs, life.clock)
    return {
      read: (signal, reached) => turns.take(call => this.#read(life, call), signal, { reached }),
      write: (keyword, value, signal, sent) => {
        if (!life.enter()) return new Promise(() => {})
        life.tell({ is: 'wrote', relay: this.name, keyword, value })
        const tell = () => life.tell({ is: 'told', relay: this.name, keyword, value })
        const work = (call: Call) => this.#ask(life, call, plan => this.#take(plan, keyword, value), tell)
        return turns.take(work, signal, { sent })
      },
      close: turns.close,
    }
  }

  async #read(life: Asker, call: Call): Promise<DeviceReply<Reading>> {
    let sampledAt = 0
    const reply = await this.#ask(life, call, () => {
      sampledAt = this.world.timeline.now
      return this.#reading()
    })
    if (reply.ok && !call.stop.aborted)
      life.tell({ is: 'read', relay: this.name, mode: reply.value.values.mode === '0' ? 0 : 1, sampledAt })
    return reply
  }

  /** One request: it arrives after half the way, whatever becomes of the asker, and is answered after the other half. */
  #ask<T>(
    life: Asker,
    call: Call,
    answer: (plan: AnswerPlan) => T,
    left: (() => void) | null = null,
  ): Promise<DeviceReply<T>> {
    return new Promise(resolve => {
      const { timeline, random } = this.world
      const oneWayMs = 1 + 4 * random.relays.next()
      let reply: { cancel(): void } | null = null
      let reached = false
      const end = (outcome: DeviceReply<T>) => {
        reply?.cancel()
        call.stop.removeEventListener('abort', stop)
        if (call.heard || reached) life.tell({ is: 'heard', from: this.name })
        resolve(outcome)
      }
      const stop = () => end(fail(timedOut(this.name, 0, call.heard)))
      if (call.stop.aborted) {
        stop()
        return
      }
      call.stop.addEventListener('abort', stop, { once: true })
      const answerIn = (ms: number, make: () => DeviceReply<T>) => {
        reply = life.later(ms, () => end(make()))
      }
      timeline.after(oneWayMs, () => {
        if (call.stop.aborted || !this.world.reaches(this.name)) return
        reached = this.#listens
        if (reached && !life.dead) {
          life.tell({ is: 'heard', from: this.name })
          left?.()
          call.noteReached()
          call.noteSent()
        }
        this.#arrive(call, oneWayMs, answer, answerIn, left === null)
      })
    })
  }

  #arrive<T>(
    call: Call,
    oneWayMs: number,
    answer: (plan: AnswerPlan) => T,
    answerIn: (ms: number, reply: () => DeviceReply<T>) => void,
    isReading: boolean,
  ): void {
    const sound = answerPlan(this.fault, this.faultMs, 0)
    const missing = isReading && sound.reads === 'missing'
    const plan = missing ? { ...sound, status: 404 } : sound
    if (!this.#listens) {
      answerIn(oneWayMs, () => fail(unreachable(this.#where, 'ECONNREFUSED')))
      return
    }
    const value = plan.status === null && plan.raw === null && !plan.reset ? answer(plan) : null
    if (!plan.answers || (isReading && plan.reads === 'hang')) return
    if (!isReading && plan.awayAfterWriteMs > 0)
      this.#webBackAt = this.world.timeline.now + plan.awayAfterWriteMs
    if (plan.reset) {
      answerIn(oneWayMs, () => fail(unreachable(this.#where, 'ECONNRESET')))
      return
    }
    if (plan.byteEveryMs > 0) call.heard = true
    answerIn(plan.delayMs + plan.byteEveryMs * replyBytes + oneWayMs, () => {
      call.heard = true
      if (plan.raw !== null) return fail(garbage(this.#where, 'not HTTP'))
      if (plan.status === 401) return fail({ ...loginWrong(this.#where, 'section'), answered: true })
      if (plan.status !== null) return fail(refused(this.#where, plan.status))
      return { ok: true, value: value as T }
    })
  }

  #reading(): Reading {
    this.#settle()
    const keys = this.bypass ? guardedKeywords : keywords
    const values = Object.fromEntries(keys.map(key => [key, this.device.values.get(key) ?? '']))
    if (this.bypass) values.wdog = shownWdog(this.device)
    if (this.oddity === null) return { values, warning: null }
    const [key = '', value = ''] = this.oddity.split('=')
    return { values: { ...values, [key]: value }, warning: `its page says ${this.oddity}` }
  }

  #take(plan: AnswerPlan, keyword: string, value: string): null {
    if (plan.effectAfterMs === Number.POSITIVE_INFINITY) return null
    const effect = () => {
      const { now } = this.world.timeline
      if (this.bypass) return this.#change(() => takeGuardedWrite(this.device, keyword, value, now))
      if (keyword === 'mode') this.#change(() => this.#move(value === '0' ? 0 : 1, 'http'))
      else this.device.values.set(keyword, value)
      if (keyword === 'wdog') this.device.values.set('wdogstate', value)
    }
    if (plan.effectAfterMs > 0) this.world.timeline.after(plan.effectAfterMs, effect)
    else effect()
    return null
  }

  #move(mode: 0 | 1, by: RelayMover): void {
    moveRelay(this.device, mode, this.world.timeline.now, by)
  }

  #settle(): void {
    this.#change(() => settleWatchdog(this.device, this.world.timeline.now))
  }

  #change(run: () => void): void {
    const before = this.device.changes.length
    run()
    for (const { mode, by } of this.device.changes.slice(before))
      this.world.tell({ is: 'moved', relay: this.name, mode, by })
  }
}

/** With these it says nothing, over whatever it is asked. */
const silentFaults: readonly FaultName[] = ['unreachable', 'hang']

function guardedValues({ watchdogS }: SiteBypass): Record<string, string> {
  return { ...bypassValues, wdogitime: String(watchdogS) }
}

function fail(error: ReturnType<typeof refused>): { readonly ok: false; readonly error: typeof error } {
  return { ok: false, error }
}
