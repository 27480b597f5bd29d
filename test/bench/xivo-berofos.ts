import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, median, ms } from './report.ts'
import { startSiteProcess } from './site-process.ts'

const rounds = 20
const many = 64
const delayMs = 20
const manyLimitMs = 400

/** `xivo-berofos` as a whole process: one relay beside an empty program of the same node, and many slow ones. */
export async function benchXivoBerofos(): Promise<Figure[]> {
  const one = await timesOf(1, 0)
  const all = await timesOf(many, delayMs)
  const ratio = median(one.map(({ ours, bare }) => ours / bare))
  const worst = median(all.map(({ ours }) => ours))
  return [
    {
      name: 'xivo-berofos, one relay without delay: wall time',
      value: `median ${ms(median(one.map(({ ours }) => ours)))}`,
      limit: 'twice node -e 0',
      holds: ratio <= 2,
      ratio: `${ratio.toFixed(2)} times node -e 0 (${ms(median(one.map(({ bare }) => bare)))})`,
    },
    {
      name: `xivo-berofos, ${many} relays of ${delayMs} ms a request: wall time, each read back`,
      value: `median ${ms(worst)}`,
      limit: ms(manyLimitMs),
      holds: worst <= manyLimitMs,
      ratio: `node -e 0 takes ${ms(median(all.map(({ bare }) => bare)))}`,
    },
  ]
}

/** The relays really move each time. */
async function timesOf(relays: number, delayMs: number) {
  const site = await startSiteProcess(relays, delayMs)
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-bench-'))
  const file = (name: string) => join(directory, name)
  const sections = (text: (port: number, i: number) => string) => site.ports.map(text).join('')
  await writeFile(
    file('bnfos.conf'),
    sections((_, i) => `[fos${i + 1}]\nhost = 127.0.0.1\n`),
    { mode: 0o640 },
  )
  const control = `[control]\nsocket = ${file('control.sock')}\n`
  await writeFile(
    file('berofosd.conf'),
    control + sections((port, i) => `[relay.fos${i + 1}]\nport = ${port}\n`),
  )
  const times: { ours: number; bare: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const role = round % 2 === 0 ? 'slave' : 'master'
    const files = ['-c', file('berofosd.conf'), '--bnfos-conf', file('bnfos.conf')]
    const bare = await wallMs(['-e', '0'])
    const ours = await wallMs(['dist/xivo-berofos.cjs', ...files, role])
    const wanted = role === 'slave' ? 0 : 1
    if ((await site.modes()).some(mode => mode !== wanted)) throw new Error('not every relay followed')
    // The first one warms the disk's cache.
    if (round > 0) times.push({ ours, bare })
  }
  await site.close()
  await rm(directory, { recursive: true })
  return times
}

/** The site is a process of its own, so blocking this one disturbs nobody. */
async function wallMs(args: string[]): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 20))
  const from = performance.now()
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return performance.now() - from
}
