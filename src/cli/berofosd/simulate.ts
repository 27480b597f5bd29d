import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { portsOf } from '../../core/role.ts'
import { timeText } from '../../core/time-text.ts'
import type { RelayChange } from '../../simulator/simulated-device.ts'
import { openSite, type Site, type SiteOptions } from '../../simulator/site.ts'
import { berofosdConf, bnfosConf, bypassValues, filesOfOthersIn } from '../../simulator/site-config.ts'
import type { SiteRelay } from '../../simulator/site-parts.ts'
import { parseWatchdog, watchdogWords } from '../../simulator/watchdog-firmware.ts'
import { systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { setProcessName } from '../../system/process-name.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import type { simulateOptions } from './options.ts'
import { type SteeringSocket, serveSteering, tellSteering } from './simulate-socket.ts'

/** Runs until `quit`, SIGTERM or SIGINT; the end of stdin does not end it. */
export async function simulate(call: SimulateCall): Promise<ExitCode> {
  const { values, words, output } = call
  const wrong = wrongUse(call)
  if (wrong !== null) {
    output.complain(`berofosd: ${wrong}`)
    return exitCodes.usage
  }
  if (values.tell !== null) return tell(values.tell, words, output)
  const foreign = values.write === null ? null : await filesOfOthersIn(resolve(values.write))
  if (foreign !== null) {
    output.complain(`berofosd: ${foreign}: name another directory`)
    return exitCodes.failed
  }
  // Everybody on this host can read the command line of a process.
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
  const handle = lineHandlerOf(site, () => stop.abort())
  const socket = values.control === null ? null : await serveSteering(values.control, handle)
  const input = createInterface({ input: process.stdin, terminal: false })
  input.on('line', line => void answer(handle, line, output))
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
function lineHandlerOf(site: Site, quit: () => void): SteeringSocket {
  return async line => {
    if (line.trim() !== 'quit') return site.steer(line)
    quit()
    return { ok: true, text: 'ends' }
  }
}

async function answer(handle: SteeringSocket, line: string, output: Output): Promise<void> {
  if (line.trim() === '') return
  const { ok, text } = await handle(line)
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
  EADDRINUSE:
    'something listens there: give others with --address, --port, --master, --tcp-port, --http-port or --sip-port',
  EADDRNOTAVAIL: 'this host has no such address: take one from 127.0.0.1 on',
}

function openingError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return cures[code] === undefined ? message : `${message}: ${cures[code]}`
}

type SimulateCall = Call<typeof simulateOptions>

/** What is wrong with options that are each right; null: nothing. */
function wrongUse({ values, words }: SimulateCall): string | null {
  if (values.tell === null && words[0] !== undefined) return `"${words[0]}" is not expected without --tell`
  if (values.login !== null && !values.login.startsWith('admin:'))
    return '--login takes admin:PASSWORD: the user of a berofos is always admin'
  if (values.login !== null && values.auth === 'none') return '--login has no use with --auth none'
  if (values.trip !== null && parseWatchdog(values.trip) === null)
    return `--trip takes words with commas between them, of ${watchdogWords.join(', ')}`
  return null
}

/** The site that the options ask for; each move of a relay is printed. */
function siteOptions({ values, output }: SimulateCall): SiteOptions {
  const auth = values.auth ?? (values.login === null ? 'none' : 'basic')
  const password = values.login?.slice('admin:'.length)
  const isBypass = values.site === 'bypass'
  const own = { ...(isBypass && bypassValues), ...(password !== undefined && { apwd: password }) }
  const watchdog = parseWatchdog(values.trip ?? '') ?? {}
  const at = (port: number) => ({ address: values.master, port })
  return {
    relays: values.relays,
    address: values.address,
    port: values.port,
    gbl4: values.gbl4 || isBypass,
    kind: values.site,
    delayMs: values.delay,
    device: () => ({ auth, watchdog, values: own }),
    master: { tcp: at(values['tcp-port']), http: at(values['http-port']), sip: at(values['sip-port']) },
    onChange: (relay, change) => output.print(changeLine(relay, change)),
  }
}

function changeLine({ name }: SiteRelay, { mode, by }: RelayChange): string {
  const wall = systemClock.wall()
  const ms = String(Math.floor(wall % 1000)).padStart(3, '0')
  return `${timeText(wall, wall)}.${ms} ${name} mode=${mode} (${portsOf(mode)}) by ${by}`
}
