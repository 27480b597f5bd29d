#!/usr/bin/env node
import '../system/first-signals.ts'

void import('../cli/berofosd/main.ts')
  .then(({ main }) => main(process.argv.slice(2)))
  .then(exitCode => {
    process.exitCode = exitCode
  })
