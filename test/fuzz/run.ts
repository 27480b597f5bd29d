import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolOptions } from '../../src/build/tool-options.ts'
import { shrink } from './shrink.ts'
import type { Find } from './target.ts'
import { targetModule, targets } from './targets.ts'
import { kindOf, type SeriesOutcome, Watchdog } from './watchdog.ts'

/**
 * `npm run fuzz -- [--inputs N] [--seed S] [--target NAME]…`, or `--target NAME --input FILE` to replay one input.
 * Exit status 1: there were finds.
 */
const usage = 'npm run fuzz -- [--inputs N] [--seed S] [--target NAME]… [--input FILE]'

const { values } = toolOptions(usage, {
  inputs: { type: 'string', default: '100000' },
  seed: { type: 'string', default: '1' },
  target: { type: 'string', multiple: true, default: [] },
  input: { type: 'string' },
})
const inputs = Number(values.inputs)
const unknown = values.target.find(name => !Object.hasOwn(targets, name))
const names = values.target.length > 0 ? values.target : Object.keys(targets)
let saidAt = 0
let made: string | null = null
const watchdog = new Watchdog(targetModule, targets)

if (unknown !== undefined) refuse(`no target is called ${unknown}: ${Object.keys(targets).join(', ')}`)
else if (!Number.isInteger(inputs) || inputs < 1) refuse('--inputs has to be a whole number from 1')
else if (values.input === undefined) await fuzz()
else if (names.length === 1) await replay(names[0] ?? '', values.input)
else refuse('--input needs one --target')
await watchdog.close()

function refuse(why: string): void {
  console.error(`fuzz: ${why}\n${usage}`)
  process.exitCode = 2
}

async function replay(name: string, file: string): Promise<void> {
  const problem = await watchdog.try(name, readFileSync(file))
  console.log(`${name}: ${problem ?? `holds: ${targets[name]?.holds}`}`)
  process.exitCode = problem === null ? 0 : 1
}

async function fuzz(): Promise<void> {
  console.log(`seed ${values.seed}, ${inputs} inputs a target (fewer where each takes a deadline)`)
  console.log(tableRow('target', 'inputs', 'seconds', 'per s', 'longest', 'heap', 'finds'))
  const finds: Find[] = []
  for (const name of names) {
    const count = Math.ceil(inputs / (targets[name]?.oneIn ?? 1))
    const outcome = await watchdog.series(name, {
      seed: values.seed,
      inputs: count,
      onProgress: tried => progress(`${name}: ${tried} of ${count}`),
    })
    progress('')
    console.log(outcomeRow(name, outcome))
    for (const find of outcome.finds)
      console.log(await written(find, join(directory(), `${finds.push(find)}.input`)))
  }
  process.exitCode = finds.length === 0 ? 0 : 1
}

/** Makes a find small and keeps it where the command that is returned replays it. */
async function written(find: Find, file: string): Promise<string> {
  const { target, input, problem } = find
  if (input === null)
    return `  ${problem}\n  npm run fuzz -- --target ${target} --seed ${values.seed} --inputs ${inputs}`
  progress('making the input small …')
  const alike = async (candidate: Buffer) =>
    kindOf((await watchdog.try(target, candidate)) ?? '') === kindOf(problem)
  const small = await shrink(input, alike)
  writeFileSync(file, small)
  progress('')
  const shown = JSON.stringify(small.toString('latin1').slice(0, 200))
  return [
    `  ${problem}`,
    `  input of ${small.length} bytes: ${shown}`,
    `  npm run fuzz -- --target ${target} --input ${file}`,
  ].join('\n')
}

function directory(): string {
  made ??= mkdtempSync(join(tmpdir(), 'berofosd-fuzz-'))
  return made
}

function outcomeRow(name: string, { inputs, seconds, longestMs, heapGrowth, finds }: SeriesOutcome): string {
  const heap = `${heapGrowth < 0 ? '' : '+'}${(heapGrowth / 1024 / 1024).toFixed(1)} MiB`
  const figures = [inputs, seconds.toFixed(1), Math.round(inputs / seconds), `${longestMs.toFixed(1)} ms`]
  return tableRow(name, ...figures.map(String), heap, String(finds.length))
}

function tableRow(name: string, ...cells: string[]): string {
  const widths = [8, 9, 8, 11, 11, 6]
  return name.padEnd(18) + cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')
}

/** On a terminal one line that changes; elsewhere a line every ten seconds. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else if (text !== '' && performance.now() > saidAt + 10_000) {
    saidAt = performance.now()
    process.stderr.write(`${text}\n`)
  }
}
