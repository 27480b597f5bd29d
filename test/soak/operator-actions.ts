import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hookNames } from '../../src/core/settings.ts'
import { until } from '../helpers/until.ts'
import type { Action } from './action.ts'
import { askStatus, runCommand } from './commands.ts'
import { badTexts, bnfosConf, goodChanges } from './settings.ts'
import { monoMs } from './shared-clock.ts'
import { replaceFile, type World } from './world.ts'

/** What operators do, to the daemon and to its files. */
export const operatorActions: readonly Action[] = [
  {
    name: 'force',
    weight: 6,
    parts: ['operator'],
    async run({ world, random, linger }) {
      const role = random.pick(['master', 'slave'] as const)
      await order(world, {
        command: 'force',
        role,
        forMs: random.pick([null, 500, 2000, 5000]),
        reason: 'soak',
      })
      await linger(200, 5000)
      await order(world, endOfForce(random.chance(0.5)))
    },
  },
  {
    name: 'pause',
    weight: 4,
    parts: ['operator'],
    async run({ world, random, linger }) {
      await order(world, { command: 'pause', forMs: random.pick([null, null, 1000, 3000]), reason: 'soak' })
      await linger(500, 6000)
      await order(world, { command: 'resume' })
    },
  },
  { name: 'status', weight: 4, parts: ['operator'], run: ({ world }) => askStatus(world).then(() => {}) },
  {
    name: 'history',
    weight: 2,
    parts: ['operator'],
    run: ({ world }) => runCommand(world, ['history', '-n', '5', '--json']).then(() => {}),
  },
  {
    name: 'good files',
    weight: 3,
    parts: ['files'],
    async run({ world, random, linger }) {
      await world.configure(random.pick(goodChanges))
      await reload(world)
      await linger(300, 6000)
      await world.configure({})
      await reload(world)
    },
  },
  {
    name: 'bad files',
    weight: 2,
    parts: ['files', 'daemon'],
    async run({ world, random, linger }) {
      const path = random.pick([world.files.configFile, world.files.bnfosFile])
      await replaceFile(path, path === world.files.configFile ? random.pick(badTexts) : '[fos1\nhost')
      await reload(world)
      await linger(200, 1500)
      await replaceFile(world.files.bnfosFile, bnfosConf())
      await world.configure({})
      await reload(world)
    },
  },
  {
    name: 'bnfos.conf gone',
    weight: 2,
    parts: ['files'],
    async run({ world, linger }) {
      world.note({ kind: 'bnfos', at: monoMs(), present: false })
      await rename(world.files.bnfosFile, `${world.files.bnfosFile}.gone`)
      await reload(world)
      await linger(300, 3000)
      world.note({ kind: 'bnfos', at: monoMs(), present: true })
      await rename(`${world.files.bnfosFile}.gone`, world.files.bnfosFile)
      await reload(world)
    },
  },
  {
    name: 'not the secondary',
    weight: 2,
    parts: ['files'],
    async run({ world, linger }) {
      const file = join(world.directory, 'is-secondary')
      await rm(file)
      world.note({ kind: 'secondary', at: monoMs(), present: false })
      await linger(500, 5000)
      world.note({ kind: 'secondary', at: monoMs(), present: true })
      await writeFile(file, '')
    },
  },
  {
    name: 'hooks misbehave',
    weight: 6,
    parts: ['hooks'],
    async run({ world, random, linger }) {
      for (const hook of hookNames) await setHook(world, hook, random.pick(hookTexts))
      await linger(1000, 8000)
      for (const hook of hookNames) await setHook(world, hook, ':')
    },
  },
]

/** What a hook does; a sleeping one outlives no soak. */
const hookTexts = [
  ':',
  'exit 1',
  'sleep 0.3',
  'sleep 5',
  'sleep 5 & exit 0',
  "trap '' TERM; sleep 4",
  'kill -9 $$',
  'echo a line; echo another >&2; exit 3',
] as const

function setHook({ directory }: World, hook: string, text: string): Promise<void> {
  return replaceFile(join(directory, 'hooks', hook), `${text}\n`)
}

/** What is being started may have read the files of a moment ago: it is told as soon as it answers. */
async function reload({ daemon, deed }: World): Promise<void> {
  await until('the daemon can be told to reload', () => daemon.answers, 30_000)
  deed('SIGHUP')
  daemon.reload()
}

function endOfForce(auto: boolean) {
  return auto
    ? ({ command: 'force', role: 'auto', forMs: null, reason: '' } as const)
    : ({ command: 'resume' } as const)
}

type OrderRequest =
  | {
      readonly command: 'force'
      readonly role: 'master' | 'slave' | 'auto'
      readonly forMs: number | null
      readonly reason: string
    }
  | { readonly command: 'pause'; readonly forMs: number | null; readonly reason: string }
  | { readonly command: 'resume' }

/** Gives the order; it is noted as asked, and again once it is answered. */
export async function order(world: World, request: OrderRequest): Promise<boolean> {
  const at = monoMs()
  const asked = {
    kind: 'order',
    at,
    order: request.command,
    role: request.command === 'force' ? request.role : null,
    forMs: request.command === 'resume' ? null : request.forMs,
  } as const
  world.note({ ...asked, answeredAt: null, ok: false })
  const result = await world.daemon.ask(request)
  if (result.outcome === 'broken' && !wasDisturbed(world, at))
    world.note({ kind: 'broken', at, text: `${request.command} was not answered: ${result.error}` })
  if (result.outcome !== 'answered') return false
  const ok = result.reply.ok || /^not read back/.test(String(result.reply.error))
  world.note({ ...asked, answeredAt: monoMs(), ok })
  return ok
}

/** Whether the daemon was ended or stopped since, or just before. */
function wasDisturbed({ record }: World, since: number): boolean {
  return record.all().some(h => h.at >= since - 1000 && (h.kind === 'ended' || h.kind === 'stalled'))
}
