import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { encodeRequest } from '../../src/berofos/gbl4/codec.ts'
import type { flash as Flash } from '../../src/berofos/gbl4/flash.ts'
import { systemClock as clock } from '../../src/system/clock.ts'
import { endsWithUs } from '../helpers/started.ts'
import type { Figure } from './report.ts'

const host = '127.0.0.1'
const file = Buffer.alloc(300_000, 'firmware')
const pages = Math.ceil(file.length / 512)
const leastShare = 0.8

/**
 * What a device takes for a page: one that takes no time would show the pause after each acknowledgement, and one that
 * loses datagrams the time-outs.
 */
const rows = [
  { words: ['delay 10ms'], rounds: 1, about: 'after 10 ms' },
  { words: ['delay 20ms'], rounds: 1, about: 'after 20 ms' },
] as const

/** Pages a second, beside those that the bare round trip of a page and its acknowledgement allows. */
export async function benchFlash(): Promise<Figure[]> {
  const device = fileURLToPath(new URL('./flash-device.ts', import.meta.url))
  const child = endsWithUs(fork(device, { execArgv: ['--import', 'tsx'] }))
  const [{ port, mac }] = await once(child, 'message')
  const figures: Figure[] = []
  const flash = await bundledFlash()
  for (const { words, rounds, about } of rows) {
    const flashed: number[] = []
    const bare: number[] = []
    // In turn and the best of each: what is left is free of whatever else this host does.
    for (let round = 0; round < rounds; round++) {
      await tell(child, ['flashmode on', ...words])
      bare.push(await bareRoundTrips(port, mac))
      const fromMono = clock.mono()
      const reply = await flash({ mac, host }, file, { clock, port })
      if (!reply.ok) throw new Error(reply.error.text)
      flashed.push(clock.mono() - fromMono)
    }
    const share = Math.min(...bare) / Math.min(...flashed)
    figures.push({
      name: `flashing 300 kB into a device that acknowledges ${about}`,
      value: `${rate(Math.min(...flashed))}, ${Math.round(share * 100)} % of what the round trip allows`,
      limit: `${leastShare * 100} %`,
      holds: share >= leastShare,
      ratio: `the bare round trip allows ${rate(Math.min(...bare))}`,
    })
  }
  child.kill('SIGTERM')
  await once(child, 'exit')
  return figures
}

/** As the programs have it: a loader of sources wraps every function, and that would be measured. */
async function bundledFlash(): Promise<typeof Flash> {
  const directory = await mkdtemp(join(tmpdir(), 'berofosd-bench-'))
  const outfile = join(directory, 'flash.mjs')
  const entry = fileURLToPath(new URL('../../src/berofos/gbl4/flash.ts', import.meta.url))
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' })
  const { flash } = await import(outfile)
  await rm(directory, { recursive: true })
  return flash
}

async function tell(child: ReturnType<typeof fork>, words: readonly string[]): Promise<void> {
  for (const word of words) {
    child.send(word)
    await once(child, 'message')
  }
}

/** Milliseconds that as many pages take when nothing is done but sending one after the other. */
async function bareRoundTrips(port: number, mac: string): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  const exchange = async (datagram: Buffer) => {
    const acknowledged = new Promise(resolve => socket.once('message', resolve))
    socket.send(datagram, port, host)
    await acknowledged
  }
  await exchange(encodeRequest('flashPrep', { mac, pages, crc: 0 }))
  const page = encodeRequest('flashPage', { mac, index: 0, data: file.subarray(0, 512) })
  const from = performance.now()
  for (let count = 0; count < pages; count++) await exchange(page)
  const took = performance.now() - from
  socket.close()
  return took
}

function rate(ms: number): string {
  return `${Math.round(file.length / ms)} kB/s`
}
