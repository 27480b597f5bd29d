import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, createResolver } from '../../src/probes/resolve.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { never } from './checks.ts'

const here: Address = { address: '192.0.2.7', family: 4 }
const moved: Address = { address: '192.0.2.8', family: 4 }
const broken = () =>
  Promise.reject(Object.assign(new Error('getaddrinfo EAI_AGAIN pbx'), { code: 'EAI_AGAIN' }))
const hanging = () => new Promise<Address>(() => {})

/** A look-up that answers by its script, one entry a call, the last for ever. */
function scripted(...entries: (() => Promise<Address>)[]) {
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
    assert.deepEqual(await resolve(host, 1000, new FakeClock(), never), {
      ok: true,
      value: { address, family },
    })
  })
}

test('a name gets its address', async () => {
  const resolve = createResolver(async () => here)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), never), { ok: true, value: here })
})

test('when the resolver fails, the last answer that worked is used', async () => {
  const resolve = createResolver(scripted(async () => here, broken).lookUp)
  await resolve('pbx', 1000, new FakeClock(), never)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), never), { ok: true, value: here })
})

test('when the resolver hangs, the last answer is used after a quarter of the deadline', async () => {
  const clock = new FakeClock()
  const resolve = createResolver(scripted(async () => here, hanging).lookUp)
  await resolve('pbx', 1000, clock, never)
  const again = resolve('pbx', 1000, clock, never)
  await clock.advance(250)
  assert.deepEqual(await again, { ok: true, value: here })
})

test('a look-up that hangs is not piled up on', async () => {
  const clock = new FakeClock()
  const { lookUp, calls } = scripted(async () => here, hanging)
  const resolve = createResolver(lookUp)
  await resolve('pbx', 1000, clock, never)
  for (let probe = 0; probe < 5; probe++) {
    const answer = resolve('pbx', 1000, clock, never)
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
  await resolve('pbx', 1000, new FakeClock(), never)
  assert.deepEqual(await resolve('pbx', 1000, new FakeClock(), never), { ok: true, value: moved })
})

test('without any answer ever, a resolver that fails says why', async () => {
  const answer = await createResolver(broken)('pbx', 1000, new FakeClock(), never)
  assert.deepEqual(answer, { ok: false, detail: 'this node cannot resolve pbx (EAI_AGAIN)' })
})

test('without any answer ever, a resolver that hangs is given the deadline and no more', async () => {
  const clock = new FakeClock()
  const answer = createResolver(hanging)('pbx', 1000, clock, never)
  await clock.advance(1000)
  assert.deepEqual(await answer, { ok: false, detail: 'looking up pbx took over 1 s' })
})

test('of names without number only the last 256 answers are kept', async () => {
  let works = true
  const resolve = createResolver(() => (works ? Promise.resolve(here) : broken()))
  for (let n = 0; n <= 256; n++) await resolve(`host${n}`, 1000, new FakeClock(), never)
  works = false
  assert.equal((await resolve('host0', 1000, new FakeClock(), never)).ok, false)
  assert.equal((await resolve('host1', 1000, new FakeClock(), never)).ok, true)
})
