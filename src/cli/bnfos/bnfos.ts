import { systemClock } from '../../system/clock.ts'
import { endProcessSoon } from '../../system/end-process.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import { setProcessName } from '../../system/process-name.ts'
import { surviveFailedWrites } from '../../system/standard-streams.ts'
import { usualConfigFile } from '../config-content.ts'
import { openOutput } from '../output.ts'
import { inBackground } from './background.ts'
import type { Call } from './call.ts'
import type { OptionValues } from './options.ts'
import { type ParsedLine, parseLine } from './parse-line.ts'
import { startingVoice, stderrVoice, syslogVoice, type Voice } from './voice.ts'

const usualFile = '/etc/bnfos.conf'

/** Runs one command line of bnfos; resolves with the status to end with. Never rejects. */
export async function bnfos(args: readonly string[]): Promise<ExitCode> {
  nameProcess(args)
  surviveFailedWrites()
  const output = openOutput(process, process.env)
  return output.ended('bnfos', await runLine(args, output))
}

async function runLine(args: readonly string[], output: Call['output']): Promise<ExitCode> {
  const parsed = parseLine(args)
  try {
    if (parsed.kind === 'run') return (await runMode(parsed, output)) ? exitCodes.done : exitCodes.failed
    return await explain(parsed, output)
  } catch (error) {
    output.complain(`bnfos: internal error: ${error instanceof Error ? error.message : error}`)
    endProcessSoon(exitCodes.failed)
    return exitCodes.failed
  }
}

async function runMode(
  { mode, argument, values }: Extract<ParsedLine, { kind: 'run' }>,
  output: Call['output'],
): Promise<boolean> {
  const run = await mode.load()
  const voice = await openVoice(values)
  const end = listenForEnd(output.gone, values.forever)
  try {
    const { env } = process
    return await run({
      argument,
      values,
      output,
      voice,
      clock: systemClock,
      stop: end.stop,
      file: env.BNFOS_CONF || usualFile,
      daemonConfig: env.BEROFOSD_CONF || usualConfigFile,
      gbl4Port: Number(env.BNFOS_GBL4_PORT) || null,
    })
  } finally {
    end.release()
    await voice.close()
  }
}

async function openVoice({ syslog, background }: OptionValues): Promise<Voice> {
  if (!syslog && !background) return stderrVoice(process.stderr)
  const log = await syslogVoice(systemClock)
  return syslog || inBackground() ? log : startingVoice(stderrVoice(process.stderr), log)
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Once only: a second signal ends the process at once. What is done once is done whether or not anybody reads of it; what
 * goes on for ever ends with its reader.
 */
function listenForEnd(gone: AbortSignal, forever: boolean): { stop: AbortSignal; release(): void } {
  const controller = new AbortController()
  const end = () => controller.abort()
  if (forever) {
    if (gone.aborted) end()
    gone.addEventListener('abort', end, { once: true })
    // Results go there, and so `bnfos --ping -c 2>&1 | head` has to end. A full disk is no reader that has gone.
    process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => code === 'EPIPE' && end())
  }
  for (const signal of endSignals) process.once(signal, end)
  const release = () => {
    for (const signal of endSignals) process.off(signal, end)
  }
  return { stop: controller.signal, release }
}

async function explain(
  parsed: Exclude<ParsedLine, { kind: 'run' }>,
  { print, complain }: Call['output'],
): Promise<ExitCode> {
  if (parsed.kind === 'wrong') {
    complain(`bnfos: ${parsed.sentence}`)
    return exitCodes.failed
  }
  if (parsed.kind === 'version') {
    const { version } = await import('../version.ts')
    print(`bnfos ${version}`)
  } else {
    const { helpLines } = await import('./help.ts')
    print(helpLines().join('\n'))
  }
  return exitCodes.done
}

/**
 * Gives this process its own name, so that `pidof bnfos` and `pgrep -x bnfos` find it as they found the vendor's tool,
 * and overwrites what ps shows of its arguments where a password may be among them: anybody may read that.
 */
function nameProcess(args: readonly string[]): void {
  const secret = args.some(word => /apwd/i.test(word) || /^-[a-z]*u/i.test(word))
  setProcessName('bnfos', secret ? [] : args)
}
