import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Addresses, createResolver, limited } from '../../src/net/resolve.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { neverAborts } from '../probes/checks.ts'

const here: Addresses = [{ address: '192.0.2.7', family: 4 }]
const moved: Addresses = [
  { address: '192.0.2.8', family: 4 },
  { address: '2001:db8::8', family: 6 },
]
const broken = () =>
  Promise.reject(Object.assign(new Error('getaddrinfo EAI_AGAIN pbx'), { code: 'EAI_AGAIN' }))
const hanging = () => new Promise<Addresses>(() => {})

/** A look-up that answers by its script, one entry a call, the last for ever. */
function scripted(...entries: (() => Promise<Addresses>)[]) {
  let calls = 0
  return { lookUp: () => entries[Math.min(calls++, entries.length - 1)]?.() ?? broken(), calls: () => calls }
}

for (const [host, address, family] of [
  ['10.0.0.1', '10.0.0.1', 4],
  ['::1', '::1', 6],
  ['[::1]', '::1', 6],
  ['fe80::1%eth0', 'fe80::1%eth0', 6],
] as const) {
  test(`${host} needs no resolver`, async () => {
    const resolve = createResolver(broken)
    assert.deepEqual(await resolve(host, 1000, new FakeClock(), neverAborts), {
      ok: true,
      value: [{ address, family }],
    })
  })
}

test('a name gets its addresses', async () => {
  const resolve = createResolver(async () => here)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), neverAborts), { ok: true, value: here })
})

test('when the resolver fails, the last answer that worked is used', async () => {
  const resolve = createResolver(scripted(async () => here, broken).lookUp)
  await resolve('pbx', 1000, new FakeClock(), neverAborts)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), neverAborts), { ok: true, value: here })
})

test('when the resolver hangs, the last answer is used after a quarter of the deadline', async () => {
  const clock = new FakeClock()
  const resolve = createResolver(scripted(async () => here, hanging).lookUp)
  await resolve('pbx', 1000, clock, neverAborts)
  const again = resolve('pbx', 1000, clock, neverAborts)
  await clock.advance(250)
  assert.deepEqual(await again, { ok: true, value: here })
})

test('a look-up that hangs is not piled up on', async () => {
  const clock = new FakeClock()
  const { lookUp, calls } = scripted(async () => here, hanging)
  const resolve = createResolver(lookUp)
  await resolve('pbx', 1000, clock, neverAborts)
  for (let probe = 0; probe < 5; probe++) {
    const answer = resolve('pbx', 1000, clock, neverAborts)
    await clock.advance(300)
    assert.equal((await answer).ok, true)
  }
  assert.equal(calls(), 2)
})

test('a new address is used at once', async () => {
  const resolve = createResolver(
    scripted(
      async () => here,
      async () => moved,
    ).lookUp,
  )
  await resolve('pbx', 1000, new FakeClock(), neverAborts)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), neverAborts), { ok: true, value: moved })
})

test('without any answer ever, a resolver that fails says why', async () => {
  const answer = await createResolver(broken)('pbx', 1000, new FakeClock(), neverAborts)
  assert.deepEqual(answer, {
    ok: false,
    systemCode: 'EAI_AGAIN',
    detail: 'this node cannot resolve pbx (EAI_AGAIN)',
  })
})

test('without any answer ever, a resolver that hangs is given the deadline and no more', async () => {
  const clock = new FakeClock()
  const answer = createResolver(hanging)('pbx', 1000, clock, neverAborts)
  await clock.advance(1000)
  assert.deepEqual(await answer, { ok: false, systemCode: null, detail: 'looking up pbx took over 1 s' })
})

test('of names without number only the last 256 answers are kept', async () => {
  let works = true
  const resolve = createResolver(() => (works ? Promise.resolve(here) : broken()))
  for (let n = 0; n <= 256; n++) await resolve(`host${n}`, 1000, new FakeClock(), neverAborts)
  works = false
  assert.equal((await resolve('host0', 1000, new FakeClock(), neverAborts)).ok, false)
  assert.equal((await resolve('host1', 1000, new FakeClock(), neverAborts)).ok, true)
})

test('with a memory of its own only what that memory knows is used when the resolver fails', async () => {
  const memory = { get: () => undefined, note: () => {} }
  const resolve = createResolver(scripted(async () => here, broken).lookUp, { memory })
  await resolve('pbx', 1000, new FakeClock(), neverAborts)
  assert.equal((await resolve('pbx', 1000, new FakeClock(), neverAborts)).ok, false)
})

test('no more look-ups run at once than allowed, and each that waited comes to its turn', async () => {
  let running = 0
  let most = 0
  const lookUp = limited(2, async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running -= 1
    return here
  })
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(lookUp))
  assert.equal(answers.length, 5)
  assert.equal(most, 2)
})

test('a look-up that fails makes room for the next one', async () => {
  const lookUp = limited(1, scripted(broken, async () => here).lookUp)
  const [first, second] = await Promise.allSettled([lookUp('a'), lookUp('b')])
  assert.deepEqual([first.status, second.status], ['rejected', 'fulfilled'])
})
