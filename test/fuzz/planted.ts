import type { Target, Targets } from './target.ts'

/** Parsers with a bug each, for the tests of the fuzzer itself. */
const rows: Readonly<Record<string, (input: Buffer) => void | Promise<void>>> = {
  throws(input) {
    if (input.includes('!')) throw new TypeError('an exclamation mark')
  },
  hangs(input) {
    while (input.includes('!'));
  },
  'never settles'(input) {
    return input.includes('!') ? new Promise(() => {}) : Promise.resolve()
  },
  'takes all memory'(input) {
    const kept: string[][] = []
    while (input.includes('!')) kept.push(Array(100_000).fill('x'))
  },
  'throws later'(input) {
    if (input.includes('!')) setImmediate(() => lateThrow())
    return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  },
  forgets(input) {
    kept.push(Buffer.alloc(5000 + input.length))
  },
  'is slow'(input) {
    const end = performance.now() + 150
    while (input.includes('!') && performance.now() < end);
  },
  'is sound': () => {},
}

const kept: Buffer[] = []

function lateThrow(): never {
  throw new TypeError('too late')
}

export const targets: Targets = Object.fromEntries(
  Object.entries(rows).map(([name, run]): [string, Target] => [
    name,
    {
      name,
      holds: 'nothing',
      seeds: [Buffer.from('a line\nof text\n')],
      words: ['!', 'word'],
      limitMs: 100,
      open: () => ({ run }),
    },
  ]),
)
