import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SteerReply } from '../../../src/simulator/site-steering.ts'
import { eventually } from '../../helpers/until.ts'
import type { Network } from './network.ts'

/** A relay has really moved. `atMs`: CLOCK_MONOTONIC. */
export interface Change {
  readonly relay: string
  readonly mode: 0 | 1
  readonly atMs: number
}

type Message = { bnfosConf: string } | { change: Change } | { answer: SteerReply }

/** Virtual berofos at consecutive addresses of a host, port 80, the master on the lines. */
export class Relays {
  /** Of the vendor's form, with all of them. */
  bnfosConf = ''
  private readonly seen: Change[] = []
  private counted = 0
  private readonly answers: ((reply: SteerReply) => void)[] = []
  private errors = ''

  private constructor(
    private readonly process: ChildProcess,
    readonly count: number,
  ) {
    createInterface({ input: process.stdout as NonNullable<ChildProcess['stdout']> }).on('line', line =>
      this.take(JSON.parse(line)),
    )
    process.stderr?.setEncoding('utf8').on('data', text => {
      this.errors += text
    })
  }

  static async open<Host extends string>(network: Network<Host>, host: Host, count: number): Promise<Relays> {
    const program = join(import.meta.dirname, 'relays-program.ts')
    const command = [
      process.execPath,
      '--import',
      'tsx',
      program,
      network.hosts[host][0] ?? '',
      String(count),
    ]
    const relays = new Relays(spawn(...network.within(host, ...command), { stdio: 'pipe' }), count)
    try {
      await eventually('the virtual berofos answer', () => {
        if (relays.process.exitCode !== null) throw new Error(relays.errors)
        return relays.bnfosConf !== ''
      })
      return relays
    } catch (error) {
      await relays.close()
      throw error
    }
  }

  /** The addresses of fos1, fos2, … */
  get hosts(): string[] {
    return [...this.bnfosConf.matchAll(/^\s*host\s*=\s*(\S+)/gm)].map(([, host]) => host ?? '')
  }

  /** One line of the simulator's grammar: `relay 3 hang`. Resolves when it applies. */
  async steer(line: string): Promise<void> {
    const { ok, text } = await this.ask(line)
    if (!ok) throw new Error(text)
  }

  /** Real moves from here on are what `changes` and `moves` tell. */
  async countAnew(): Promise<void> {
    await this.ask('show')
    this.counted = this.seen.length
  }

  /** Real moves, oldest first. */
  async changes(): Promise<readonly Change[]> {
    // Whatever happened before the answer was said before it.
    await this.ask('show')
    return this.seen.slice(this.counted)
  }

  /** How many real moves there were. */
  async moves(): Promise<number> {
    return (await this.changes()).length
  }

  /** Of fos1, fos2, …. */
  async modes(): Promise<number[]> {
    await this.ask('show')
    return Array.from({ length: this.count }, (_, index) => {
      const last = this.seen.findLast(({ relay }) => relay === `fos${index + 1}`)
      return last?.mode ?? 1
    })
  }

  async allAt(mode: 0 | 1): Promise<boolean> {
    return (await this.modes()).every(found => found === mode)
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = once(this.process, 'exit')
    this.process.stdin?.end()
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(timer)
  }

  private ask(line: string): Promise<SteerReply> {
    return new Promise((resolve, reject) => {
      if (this.process.exitCode !== null)
        return reject(new Error(`the virtual berofos ended: ${this.errors}`))
      this.answers.push(resolve)
      this.process.stdin?.write(`${line}\n`)
    })
  }

  private take(message: Message): void {
    if ('bnfosConf' in message) this.bnfosConf = message.bnfosConf
    else if ('change' in message) this.seen.push(message.change)
    else this.answers.shift()?.(message.answer)
  }
}
