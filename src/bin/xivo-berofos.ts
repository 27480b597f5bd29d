#!/usr/bin/env node
import '../system/no-debugger.ts'
import { xivoBerofos } from '../cli/xivo-berofos/xivo-berofos.ts'

process.exitCode = await xivoBerofos(process.argv.slice(2))
