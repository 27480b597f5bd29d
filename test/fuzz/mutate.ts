import type { Random } from '../helpers/random.ts'
import type { Target } from './target.ts'

/** No input is longer, but for one in `bigOneIn`. */
const longestInput = 16 * 1024
const bigOneIn = 400
const biggestInput = 256 * 1024

/** The input of this number: the same for the same target and random. */
export function inputOf(target: Target, random: Random): Buffer {
  const sample = () =>
    target.generate && !random.oneIn(3) ? target.generate(random) : random.pick(target.seeds)
  let input = sample()
  const changes = random.pick([0, 1, 1, 2, 3, 5, 8])
  for (let change = 0; change < changes; change++)
    input = random.pick(mutations)(input, random, { words: target.words, sample })
  const most = random.oneIn(bigOneIn) ? biggestInput : longestInput
  if (most === biggestInput) input = repeated(input, random)
  return input.subarray(0, most)
}

interface Material {
  readonly words: readonly string[]
  readonly sample: () => Buffer
}
type Mutation = (input: Buffer, random: Random, material: Material) => Buffer

const oddBytes = [0, 1, 8, 9, 10, 11, 13, 27, 32, 34, 35, 39, 44, 58, 59, 61, 91, 92, 93, 127, 128, 255]
/** What is not UTF-8 (RFC 3629), and what is and surprises. */
const oddTexts = [
  ...['\xff\xfe', '\xc0\x80', '\xed\xa0\x80', '\xe2\x82', '\xf4\x90\x80\x80', '\x80', '\xc3\x28'],
  ...[
    '\xef\xbb\xbf',
    '\xe2\x80\xa8',
    '\xe2\x80\xae',
    '\xc2\x85',
    '\xc2\xa0',
    '\xef\xbf\xbd',
    '\xf0\x9f\x92\xa9',
  ],
]
const oddNumbers = [
  ...['0', '-1', '-0', '00', '1e400', '1e308', '0x10', '1.5', 'NaN', 'Infinity', '99999', '65535', '65536'],
  ...['2147483647', '2147483648', '4294967296', '9007199254740993', '8640000000000001', '9'.repeat(400)],
]
const oddEnds = ['\n', '\r', '\r\n', '\n\r', '\r\r\n', '\n\n', '\0', '\u0085']
const oddNests = ['""', "''", '"\\"', "'\"'", '"\\', '\\', '((', '{{', '[[[', '"', "'", '\\u0000', '\\x00']

const mutations: readonly Mutation[] = [
  (input, random) => {
    if (input.length === 0) return input
    const flipped = Buffer.from(input)
    for (const at of random.many(1, 4, () => random.below(input.length)))
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
    return flipped
  },
  (input, random) => {
    const [from, to] = span(input, random)
    return splice(input, from, to, '')
  },
  (input, random) => splice(input, ...span(input, random, 1), random.pick(oddTexts)),
  (input, random) => splice(input, ...span(input, random, 1), Buffer.of(random.pick(oddBytes))),
  (input, random) => splice(input, ...span(input, random, 2), random.bytes(1 + random.below(4))),
  (input, random) => splice(input, ...span(input, random, 3), random.pick(oddNests)),
  (input, random) => splice(input, ...span(input, random, 0), random.pick(oddEnds)),
  (input, random) => {
    const [from, to] = span(input, random)
    const times = random.pick([1, 1, 2, 10, 100])
    return splice(
      input,
      to,
      to,
      Buffer.concat(Array(times).fill(input.subarray(from, to))).subarray(0, longestInput),
    )
  },
  (input, random, { sample }) => {
    const other = sample()
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ])
  },
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random) => input.subarray(random.below(input.length + 1)),
  replacedNumber,
  (input, random, { words }) =>
    splice(input, ...span(input, random, random.pick([0, 0, 6])), random.pick(words)),
  (input, random, { words }) => {
    const line = lineSpan(input, random)
    return splice(input, ...line, `${random.pick(words)}${random.pick(words)}`)
  },
  (input, random) =>
    splice(
      input,
      ...span(input, random, 0),
      random.pick(['a', ' ', '=', '\t', '"', ';', ',']).repeat(random.pick([5, 300, 5000, 9000])),
    ),
  (input, random) => splice(input, ...lineSpan(input, random), ''),
  (input, random) => {
    const [from, to] = lineSpan(input, random)
    return splice(input, to, to, input.subarray(from, to))
  },
  (input, random) => otherEnds(input, random.pick(oddEnds)),
  (input, random) => {
    const at = random.below(input.length + 1)
    return Buffer.concat([input.subarray(at), input.subarray(0, at)])
  },
  (input, random) =>
    Buffer.from(
      random.oneIn(2) ? input.toString('latin1').toUpperCase() : input.toString('latin1').toLowerCase(),
      'latin1',
    ),
]

function repeated(input: Buffer, random: Random): Buffer {
  const piece = random.oneIn(2) ? input.subarray(...span(input, random)) : input
  const times = Math.ceil(biggestInput / Math.max(1, piece.length))
  return Buffer.concat([input, ...Array<Buffer>(Math.min(times, biggestInput)).fill(piece)])
}

function replacedNumber(input: Buffer, random: Random): Buffer {
  const numbers = [...input.toString('latin1').matchAll(/\d+/g)]
  if (numbers.length === 0) return input
  const { index, 0: number } = random.pick(numbers)
  return splice(input, index, index + number.length, random.pick(oddNumbers))
}

function otherEnds(input: Buffer, end: string): Buffer {
  return Buffer.from(input.toString('latin1').replace(/\r?\n/g, end), 'latin1')
}

/** From and to; mostly short. */
function span(input: Buffer, random: Random, most = random.pick([1, 4, 16, 64, 1024])): [number, number] {
  const from = random.below(input.length + 1)
  return [from, Math.min(input.length, from + random.below(most + 1))]
}

/** A whole line with its end. */
function lineSpan(input: Buffer, random: Random): [number, number] {
  const at = random.below(input.length + 1)
  const from = at === 0 ? 0 : input.lastIndexOf(10, at - 1) + 1
  return [from, input.indexOf(10, from) + 1 || input.length]
}

/** Texts hold bytes, one character each. */
function splice(input: Buffer, from: number, to: number, put: string | Buffer): Buffer {
  const middle = typeof put === 'string' ? Buffer.from(put, 'latin1') : put
  return Buffer.concat([input.subarray(0, from), middle, input.subarray(to)])
}
