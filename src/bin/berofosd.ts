#!/usr/bin/env node
import '../system/first-signals.ts'

// Not a static import: all of those are read from the disk before the first of them runs.
const { main } = await import('../cli/berofosd/main.ts')
process.exitCode = await main(process.argv.slice(2))
