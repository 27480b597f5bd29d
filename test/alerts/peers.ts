import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { freePort } from '../helpers/free-port.ts'
import { inPath } from '../helpers/needs.ts'
import { endsWithUs } from '../helpers/started.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'

/** Starts a program of the system that listens on this port, and ends it after the test. Resolves with what it printed so far. */
export async function startPeer(
  t: TestContext,
  name: string,
  port: number,
  args: readonly string[],
): Promise<{ readonly printed: () => string; stop(): Promise<void> }> {
  const child = endsWithUs(
    spawn(inPath(name) ?? name, args, { env: { ...process.env, PYTHONUNBUFFERED: '1' } }),
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.after(stop)
  await until(`${name} listens: ${text}`, () => child.exitCode !== null || listens(port), 30_000)
  if (child.exitCode !== null) throw new Error(`${name} ended: ${text}`)
  return { printed: () => text, stop }
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}

/** Debian's Alertmanager with nobody to notify; its address. */
export async function startAlertmanager(t: TestContext): Promise<string> {
  const directory = temporary(t)
  const file = join(directory, 'alertmanager.yml')
  writeFileSync(file, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n')
  const port = await freePort()
  await startPeer(t, 'prometheus-alertmanager', port, [
    `--config.file=${file}`,
    `--storage.path=${directory}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ])
  return `http://127.0.0.1:${port}`
}
