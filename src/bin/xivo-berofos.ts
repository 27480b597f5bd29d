#!/usr/bin/env node
import '../system/no-debugger.ts'
import { xivoBerofos } from '../cli/xivo-berofos/xivo-berofos.ts'

void xivoBerofos(process.argv.slice(2)).then(exitCode => {
  process.exitCode = exitCode
})
