import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { talk } from '../../../src/control/client.ts'
import { parseRequest } from '../../../src/control/messages.ts'
import { serveControl } from '../../../src/control/server.ts'
import { decide } from '../../../src/core/decide.ts'
import type { Role } from '../../../src/core/role.ts'
import { type RoleWord, roleOfWord } from '../../../src/core/site-words.ts'
import { initialState } from '../../../src/core/state.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Random } from '../../helpers/random.ts'
import { someConfigurations } from '../events.ts'
import { expectOneLine, piecesOf } from '../expect.ts'
import type { Target } from '../target.ts'
import { expectInTime } from './http-peers.ts'
import { scratch } from './scratch.ts'
import { openStranger } from './stranger.ts'

const requests = [
  { command: 'status' },
  { command: 'history', count: 20 },
  { command: 'force', role: 'slave', forMs: null, reason: 'works' },
  { command: 'force', role: 'auto', forMs: 7_200_000, reason: '' },
  { command: 'pause', forMs: 60_000, reason: 'cable' },
  { command: 'resume', sent: { at: 0, withinMs: 1 } },
  { command: 'assert', role: 'master' },
].map(each => JSON.stringify(each))
const replies = [
  '{"ok":true,"status":{}}',
  '{"progress":"1 of 2"}',
  '{"ok":false,"error":"no"}',
  '{"ok":1}',
  '[]',
  'null',
  '"x"',
]
const scraps = [
  '1e999',
  '-1',
  '0.5',
  '9007199254740993',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u2028"',
  '[]',
  '{}',
  'null',
  'true',
  '{"command":',
  '"__proto__":1,',
]
const words = [
  ...requests,
  ...replies,
  ...scraps,
  '\n',
  '\n\n',
  '"',
  '{',
  '}',
  ',',
  ':',
  '"command":',
  '"reason":',
  '"forMs":',
  '"role":"master"',
]

/** Lines, most of them requests, some with a value that is none. */
function conversation(lines: readonly string[]) {
  return (random: Random) => {
    const said = random.many(1, 6, () => {
      const line = random.pick(lines)
      return random.oneIn(2) ? line : line.replace(/(?<=:)(?:"[^"]*"|\w+)/, random.pick(scraps))
    })
    return Buffer.from(`${said.join('\n')}${random.oneIn(5) ? '' : '\n'}`)
  }
}

export const controlMessages: Target = {
  name: 'control-messages',
  holds: 'a request that can be carried out, or one line of what is wrong with it',
  seeds: requests.map(line => Buffer.from(line)),
  words,
  generate: conversation(requests),
  limitMs: 500,
  open: () => ({ run: input => input.toString('utf8').split('\n').slice(0, 64).forEach(order) }),
}

function order(line: string): void {
  const parsed = parseRequest(line)
  if ('error' in parsed) {
    assert.ok(parsed.error.length > 0)
    return
  }
  const { request } = parsed
  if (request.command !== 'force' && request.command !== 'pause') return
  const { forMs, reason } = request
  expectOneLine(reason, 200)
  assert.ok(forMs === null || (Number.isInteger(forMs) && forMs > 0), `for ${forMs} ms`)
  const now = { mono: 5000, wall: 1e12 }
  const event =
    request.command === 'force'
      ? ({ kind: 'forced', role: asRole(request.role), forMs, reason } as const)
      : ({ kind: 'pausedByOperator', forMs, reason } as const)
  for (const settings of someConfigurations) decide(settings, initialState, event, now)
}

function asRole(word: RoleWord | 'auto'): Role | 'auto' {
  return word === 'auto' ? word : roleOfWord(word)
}

export const controlServer: Target = {
  name: 'control-server',
  holds: 'each line answered in JSON or the client dropped, and the next one is served',
  seeds: requests.map(line => Buffer.from(`${line}\n`)),
  words,
  generate: conversation(requests),
  oneIn: 10,
  limitMs: 4000,
  async open() {
    const { directory, remove } = scratch()
    const path = join(directory, 'control.sock')
    const server = await serveControl(path, async (request, progress) => {
      progress({ progress: 'on its way' })
      return { ok: true, request }
    })
    return {
      run: input => disturb(path, input),
      async close() {
        await server.close()
        await remove()
      },
    }
  },
}

/** Several at a time say the input; then somebody who behaves is served. */
async function disturb(path: string, input: Buffer): Promise<void> {
  const random = new Random(input)
  const heard = await Promise.all(random.many(1, 3, () => say(path, input, random.oneIn(3))))
  for (const line of heard.flatMap(text => text.split('\n').slice(0, -1))) {
    const reply = JSON.parse(line)
    assert.ok(
      typeof reply.ok === 'boolean' || typeof reply.progress === 'string',
      `a reply that is none: ${line.slice(0, 99)}`,
    )
    assert.ok(reply.ok !== false || typeof reply.error === 'string', 'a refusal without a reason')
  }
  const reply = await talk(path, { command: 'status' }, { clock: systemClock, silenceMs: 2000 })
  assert.equal(reply.outcome, 'answered', 'error' in reply ? reply.error : '')
}

/** `rude`: goes away without waiting for an answer. */
function say(path: string, input: Buffer, rude: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true })
    let text = ''
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error('a client that is done is not let go within 3 s'))
    }, 3000)
    socket.on('error', () => {})
    socket.on('data', data => {
      text += data.toString('utf8')
    })
    socket.on('close', () => {
      clearTimeout(late)
      resolve(text)
    })
    socket.on('end', () => socket.destroy())
    for (const piece of piecesOf(input)) socket.write(piece)
    if (rude) setImmediate(() => socket.destroy())
    else socket.end()
  })
}

/** The longest silence, of which each line of progress begins another. */
const silenceMs = 60

export const controlClient: Target = {
  name: 'control-client',
  holds: 'an answer or an error in time, whatever sits on the socket, and no connection left',
  seeds: replies.map(line => Buffer.from(`${line}\n`)),
  words,
  generate: conversation(replies),
  oneIn: 20,
  limitMs: 6000,
  async open() {
    const { directory, remove } = scratch()
    const path = join(directory, 'control.sock')
    const stranger = await openStranger(path)
    return {
      async run(input) {
        stranger.say(input)
        const startedAt = performance.now()
        const result = await talk(path, { command: 'status' }, { clock: systemClock, silenceMs })
        expectInTime(startedAt, 5000)
        // Lines of progress may go on for ever: none of them is kept.
        await stranger.expectAlone(1500, input.includes('progress') ? Number.POSITIVE_INFINITY : undefined)
        if (result.outcome !== 'answered') expectOneLine(result.error)
        else assert.equal(typeof result.reply.ok, 'boolean')
      },
      async close() {
        await stranger.close()
        await remove()
      },
    }
  },
}
