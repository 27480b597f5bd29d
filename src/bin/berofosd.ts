#!/usr/bin/env node
import '../system/first-signals.ts'
import { endWith } from '../system/exit-codes.ts'

void endWith(import('../cli/berofosd/main.ts').then(({ main }) => main(process.argv.slice(2))))
