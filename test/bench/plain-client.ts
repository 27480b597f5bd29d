import { get } from 'node:http'
import { fileURLToPath } from 'node:url'

/** Asks each of these devices two things, one after the other, all devices at the same time. Milliseconds. */
async function askAllTwice(ports: readonly number[], paths: readonly string[]): Promise<number> {
  const from = performance.now()
  await Promise.all(
    ports.map(async port => {
      for (const path of paths) await ask(port, path)
    }),
  )
  return performance.now() - from
}

function ask(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, answer => {
      answer.resume().on('end', resolve).on('error', reject)
    })
    request.on('error', reject)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [ports = '', rounds = '1', ...paths] = process.argv.slice(2)
  const times: number[] = []
  // The first is for the compiler of the language.
  for (let round = 0; round <= Number(rounds); round++)
    times.push(await askAllTwice(ports.split(',').map(Number), paths))
  console.log(JSON.stringify(times.slice(1)))
}
