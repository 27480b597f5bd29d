import type { Target, Targets } from './target.ts'
import { berofosdConf } from './targets/berofosd-conf.ts'
import { bnfosConf } from './targets/bnfos-conf.ts'
import { bnfosMerge } from './targets/bnfos-merge.ts'
import { configTxt } from './targets/config-txt.ts'
import { controlClient, controlMessages, controlServer } from './targets/control-messages.ts'
import { datagrams, simulatedGbl4 } from './targets/datagrams.ts'
import { gbl4Client } from './targets/gbl4-peers.ts'
import { haConf } from './targets/ha-conf.ts'
import { httpClient, httpProbe } from './targets/http-peers.ts'
import { httpReplies } from './targets/http-replies.ts'
import { logLines } from './targets/log-lines.ts'
import { sipProbe } from './targets/sip-peers.ts'
import { sipReplies } from './targets/sip-replies.ts'
import { stateFiles, storedStates } from './targets/state-files.ts'

const rows: readonly Target[] = [
  ...[berofosdConf, bnfosConf, bnfosMerge, haConf, configTxt],
  ...[datagrams, simulatedGbl4, gbl4Client],
  ...[httpReplies, httpClient, httpProbe],
  ...[sipReplies, sipProbe],
  ...[controlMessages, controlServer, controlClient],
  ...[storedStates, stateFiles, logLines],
]

/** All that takes foreign bytes, by name. */
export const targets: Targets = Object.fromEntries(rows.map(target => [target.name, target]))

/** What a thread imports to have them. */
export const targetModule: string = import.meta.url
