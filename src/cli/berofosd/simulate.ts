import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { openSite, type Site } from '../../simulator/site.ts'
import { berofosdConf, bnfosConf, foreignIn } from '../../simulator/site-config.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { setProcessName } from '../../system/process-name.ts'
import type { Output } from '../output.ts'
import { type SimulateCall, siteOptions, wrongUse } from './simulate-site.ts'
import { type SteeringSocket, serveSteering, tellSteering } from './simulate-socket.ts'

/** Runs until `quit`, SIGTERM or SIGINT; the end of stdin is none. */
export async function simulate(call: SimulateCall): Promise<ExitCode> {
  const { values, words, output } = call
  const wrong = wrongUse(call)
  if (wrong !== null) {
    output.complain(`berofosd: ${wrong}`)
    return exitCodes.usage
  }
  if (values.tell !== null) return tell(values.tell, words, output)
  const foreign = values.write === null ? null : await foreignIn(resolve(values.write))
  if (foreign !== null) {
    output.complain(`berofosd: ${foreign}: name another directory`)
    return exitCodes.failed
  }
  // What stands on the command line is for everybody who looks at the processes.
  if (values.login !== null) setProcessName('berofosd', ['simulate'])
  let site: Site | null = null
  try {
    site = await openSite(siteOptions(call))
    await runSite(call, site)
    return exitCodes.done
  } catch (error) {
    output.complain(`berofosd: ${openingError(error)}`)
    return exitCodes.failed
  } finally {
    await site?.close()
  }
}

async function tell(path: string, words: readonly string[], output: Output): Promise<ExitCode> {
  const { ok, text } = await tellSteering(path, words.join(' ') || 'show')
  if (ok) output.print(text)
  else output.complain(`berofosd: ${text}`)
  return ok ? exitCodes.done : exitCodes.failed
}

async function runSite({ values, output }: SimulateCall, site: Site): Promise<void> {
  const stop = new AbortController()
  const take = takerOf(site, () => stop.abort())
  const socket = values.control === null ? null : await serveSteering(values.control, take)
  const input = createInterface({ input: process.stdin, terminal: false })
  input.on('line', line => void answer(take, line, output))
  const told = Promise.race([
    once(stop.signal, 'abort'),
    ...['SIGTERM', 'SIGINT'].map(name => once(process, name)),
  ])
  try {
    await introduce(site, values.write, output)
    await told
  } finally {
    input.close()
    process.stdin.destroy()
    await socket?.close()
  }
}

/** One grammar for stdin and for the socket; `quit` is of the command, not of the site. */
function takerOf(site: Site, quit: () => void): SteeringSocket {
  return async line => {
    if (line.trim() !== 'quit') return site.steer(line)
    quit()
    return { ok: true, text: 'ends' }
  }
}

async function answer(take: SteeringSocket, line: string, output: Output): Promise<void> {
  if (line.trim() === '') return
  const { ok, text } = await take(line)
  if (ok) output.print(text)
  else output.complain(text)
}

async function introduce(site: Site, directory: string | null, output: Output): Promise<void> {
  const { text } = await site.steer('show')
  output.print(text)
  if (directory === null) {
    output.print(`\n# berofosd.conf\n${berofosdConf(site, null, {})}`)
    output.print(`# bnfos.conf\n${bnfosConf(site)}`)
  } else {
    const { configFile, bnfosFile } = await site.writeConfig(resolve(directory))
    output.print(`\nberofosd run -c ${configFile} --bnfos-conf ${bnfosFile}\n`)
  }
  output.print("'help' lists what may be typed here, 'quit' ends")
}

const cures: Readonly<Record<string, string>> = {
  EACCES: 'a port below 1024 needs root, another one does not: --port 8080',
  EADDRINUSE: 'something listens there: take other ports or addresses',
  EADDRNOTAVAIL: 'this host has no such address: take one from 127.0.0.1 on',
}

function openingError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return cures[code] === undefined ? message : `${message}: ${cures[code]}`
}
