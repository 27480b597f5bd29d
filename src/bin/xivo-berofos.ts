#!/usr/bin/env node
import '../system/no-debugger.ts'
import { xivoBerofos } from '../cli/xivo-berofos/xivo-berofos.ts'
import { endWith } from '../system/exit-codes.ts'

void endWith(xivoBerofos(process.argv.slice(2)))
