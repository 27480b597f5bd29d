import { isNormal } from '../../core/findings/codes.ts'
import { parseStatus } from '../../status/parse.ts'
import { type PluginResult, pluginOf, pluginText } from '../../status/plugin.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import type { Output } from '../output.ts'
import { type Asked, askDaemon, otherVersion, unansweredStatusCode, unansweredText } from './ask-daemon.ts'
import type { statusOptions } from './options.ts'
import { panel } from './status-panel.ts'

/** 0 normal, 1 anything else, 3 no daemon; as a plugin with the codes of one. */
export async function status(call: Call<typeof statusOptions>): Promise<ExitCode> {
  const { values, output } = call
  const result = await askDaemon(values.config, { command: 'status' }, output)
  if (values.plugin) return showPlugin(result, output)
  if (result.outcome !== 'answered') {
    if (result.outcome === 'nobody') await tellNobody(result.error, call)
    else output.complain(unansweredText(result))
    return unansweredStatusCode(result)
  }
  if (values.watch) return (await import('./watch.ts')).watch(call)
  const present = parseStatus(result.reply.status)
  if (present === null) {
    output.complain(otherVersion)
    return exitCodes.failed
  }
  const lines = values.json ? [JSON.stringify(present)] : panel(present, { ...output, width: output.wide })
  for (const line of lines) output.print(line)
  return isNormal(present.findings) ? exitCodes.done : exitCodes.failed
}

async function tellNobody(error: string, { values, output }: Call<typeof statusOptions>): Promise<void> {
  const { whyNoDaemon } = await import('./why-none.ts')
  const { cure, more } = await whyNoDaemon(values)
  for (const text of [`${error}: ${cure}`, ...more]) output.complain(`berofosd: ${text}`)
  if (!values.json) await (await import('./status-alone.ts')).statusAlone(values, output)
}

/** Prints what Nagios and Icinga read, on stdout whatever came, and returns the exit code that they know. */
function showPlugin(asked: Asked, output: Output): PluginResult['code'] {
  const { code, line } = resultOf(asked)
  output.print(line)
  return code
}

function resultOf(asked: Asked): PluginResult {
  if (asked.outcome === 'answered') {
    const status = parseStatus(asked.reply.status)
    return status === null ? pluginText('unknown', withoutName(otherVersion)) : pluginOf(status)
  }
  const mayNotAsk = asked.outcome === 'denied' || asked.outcome === 'misnamed'
  return pluginText(mayNotAsk ? 'unknown' : 'critical', withoutName(unansweredText(asked)))
}

function withoutName(text: string): string {
  return text.replace(/^berofosd: /, '')
}
