#!/usr/bin/env node
import '../system/no-debugger.ts'
import { bnfos } from '../cli/bnfos/bnfos.ts'

void bnfos(process.argv.slice(2)).then(exitCode => {
  process.exitCode = exitCode
})
