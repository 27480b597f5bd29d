#!/usr/bin/env node
import { berofosd } from '../cli/berofosd/program.ts'
import { runProgram } from '../cli/run-program.ts'

process.exitCode = await runProgram(berofosd, process.argv.slice(2))
