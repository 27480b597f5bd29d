#!/usr/bin/env node
import '../system/no-debugger.ts'
import { bnfos } from '../cli/bnfos/bnfos.ts'

process.exitCode = await bnfos(process.argv.slice(2))
