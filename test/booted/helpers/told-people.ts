import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventually } from '../../helpers/until.ts'
import { addresses, type Host } from './addresses.ts'
import type { Network } from './network.ts'

/** Whom alerts are for, at the gateway: a real SMTP server on port 25, and a web server on port 80. */
export class ToldPeople {
  private constructor(
    private readonly mail: Printing,
    private readonly web: Printing,
  ) {}

  static async open(network: Network<Host>): Promise<ToldPeople> {
    const program = join(import.meta.dirname, 'receiver-program.ts')
    const web = start(network, process.execPath, '--import', 'tsx', program, addresses.gateway)
    const listen = `${addresses.gateway}:25`
    const mail = start(
      network,
      'aiosmtpd',
      '-n',
      '-d',
      '-l',
      listen,
      '-c',
      'aiosmtpd.handlers.Debugging',
      'stdout',
    )
    const people = new ToldPeople(mail, web)
    try {
      await eventually('the web server listens', () => web.text().startsWith('listens'))
      await eventually('the SMTP server listens', () => mail.text().includes('Server is listening'))
    } catch (error) {
      await people.close()
      throw new Error(`${(error as Error).message}: ${mail.text()}${web.text()}`)
    }
    return people
  }

  /** What the mails say, with their headers. */
  mails(): string {
    return this.mail.text()
  }

  /** The body of each request. */
  posts(): string[] {
    return this.web.text().split('\n').slice(1, -1)
  }

  async close(): Promise<void> {
    for (const { process } of [this.mail, this.web]) {
      if (process.exitCode !== null || process.signalCode !== null) continue
      process.kill('SIGKILL')
      await once(process, 'exit')
    }
  }
}

interface Printing {
  readonly process: ChildProcess
  readonly text: () => string
}

function start(network: Network<Host>, ...command: readonly string[]): Printing {
  const [program, words] = network.within('gateway', ...command)
  const child = spawn(program, words, { env: { ...process.env, PYTHONUNBUFFERED: '1' } })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  return { process: child, text: () => printed }
}
