#!/usr/bin/env node
import '../system/no-debugger.ts'
import { bnfos } from '../cli/bnfos/bnfos.ts'
import { endWith } from '../system/exit-codes.ts'

void endWith(bnfos(process.argv.slice(2)))
