import { parseStatus } from '../../status/parse.ts'
import { type PluginResult, pluginOf, pluginText } from '../../status/plugin.ts'
import type { Output } from '../output.ts'
import { type Asked, otherVersion, unansweredText } from './ask-daemon.ts'

/** Prints what Nagios and Icinga read, on stdout whatever came, and returns the exit code that they know. */
export function showPlugin(asked: Asked, output: Output): PluginResult['code'] {
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
