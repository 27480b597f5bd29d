import { usualConfigFile } from '../config-content.ts'
import { choice, count, duration, flag, type Option, or, text } from '../option.ts'

/** What every command of berofosd takes. */
export const commonOptions = {
  config: or(text({ short: 'c', placeholder: 'FILE', help: 'How to watch and decide' }), usualConfigFile),
  'bnfos-conf': or(text({ placeholder: 'FILE', help: 'The berofos devices' }), '/etc/bnfos.conf'),
} as const satisfies Record<string, Option>

const json = flag({ help: 'As JSON, for programs' })

export const orderOptions = {
  ...commonOptions,
  for: duration({ placeholder: 'TIME', help: 'End it by itself after so long, such as 30m or 2h' }, 1000),
  // As much as the daemon takes.
  reason: or(text({ placeholder: 'TEXT', help: 'Why, for the log and for who looks at status' }, 200), ''),
}

export const forceOptions = {
  ...orderOptions,
  force: choice({ placeholder: 'ROLE', help: 'Who gets the lines; auto: decide again' }, [
    'master',
    'slave',
    'server',
    'pbx',
    'auto',
  ]),
}

export const statusOptions = {
  ...commonOptions,
  json,
  watch: flag({ help: 'Go on showing it until q or Ctrl-C' }),
  plugin: flag({ help: 'One line with performance data, for Nagios and Icinga' }),
}

export const historyOptions = {
  ...commonOptions,
  count: or(count({ short: 'n', placeholder: 'COUNT', help: 'So many rows' }, 1, 1000), 20),
  since: duration({ placeholder: 'TIME', help: 'Only what is no older, such as 12h' }, 1000),
  relay: text({ placeholder: 'NAME', help: 'Only what happened to this relay' }),
  follow: flag({ short: 'f', help: 'Go on telling what is new until Ctrl-C' }),
  json,
}

export const checkOptions = { ...commonOptions, json }

/** As the loader wants the two files. */
export function filesOf(values: { readonly config: string; readonly 'bnfos-conf': string }) {
  return { configFile: values.config, bnfosFile: values['bnfos-conf'] }
}
