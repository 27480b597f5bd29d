#!/usr/bin/env node
import '../system/first-signals.ts'
import { main } from '../cli/berofosd/main.ts'

process.exitCode = await main(process.argv.slice(2))
