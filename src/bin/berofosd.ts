#!/usr/bin/env node
import '../system/first-signals.ts'

const { main } = await import('../cli/berofosd/main.ts')
process.exitCode = await main(process.argv.slice(2))
