import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { LineSender, type Sent } from '../../src/system/line-sender.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

/** A sender of strings, to a receiver that answers what `answer` says. */
function openSender({ capacity = 3, divert = false, proofMs = 0, patienceMs = 0 } = {}) {
  const clock = new FakeClock()
  const sent: string[] = []
  const diverted: string[] = []
  const away: (string | null)[] = []
  const receiver = { answer: 'sent' as Sent, tries: 0 }
  const sender = new LineSender<string>({
    clock,
    capacity,
    send: item => {
      receiver.tries += 1
      if (receiver.answer === 'sent') sent.push(item)
      return receiver.answer
    },
    proofMs: () => proofMs,
    patienceMs: () => patienceMs,
    awayChanged: why => away.push(why),
    announceLoss: count => `${count} lost`,
    ...(divert ? { divert: (item: string) => diverted.push(item) } : {}),
  })
  return { clock, sent, diverted, away, receiver, sender }
}

test('an item is sent within offer', () => {
  const { sender, sent } = openSender()
  sender.offer('a')
  assert.deepEqual(sent, ['a'])
  assert.equal(sender.pending, 0)
})

test('a full receiver is asked again after 20 ms, and gets all in order', async () => {
  const { sender, sent, receiver, clock } = openSender()
  receiver.answer = 'EAGAIN'
  for (const item of ['a', 'b']) sender.offer(item)
  receiver.answer = 'sent'
  await clock.advance(19)
  assert.deepEqual(sent, [])
  await clock.advance(1)
  assert.deepEqual(sent, ['a', 'b'])
})

test('a missing receiver is asked once a second, however much is offered', async () => {
  const { sender, sent, receiver, clock } = openSender()
  receiver.answer = 'ENOENT'
  for (const item of ['a', 'b', 'c']) sender.offer(item)
  await clock.advance(999)
  assert.equal(receiver.tries, 1)
  receiver.answer = 'sent'
  await clock.advance(1)
  assert.deepEqual(sent, ['a', 'b', 'c'])
})

test('after a loss the number of lost items comes first', async () => {
  const { sender, sent, receiver, clock } = openSender({ capacity: 2 })
  receiver.answer = 'ENOENT'
  for (const item of ['a', 'b', 'c', 'd']) sender.offer(item)
  receiver.answer = 'sent'
  await clock.advance(1000)
  assert.deepEqual(sent, ['2 lost', 'c', 'd'])
})

test('an item too long for the receiver holds up no other', () => {
  const { sender, sent, receiver } = openSender()
  receiver.answer = 'EMSGSIZE'
  sender.offer('a')
  receiver.answer = 'sent'
  sender.offer('b')
  assert.deepEqual(sent, ['b'])
})

test('a receiver that was never there: items are diverted, each once and at once', async () => {
  const { sender, sent, diverted, receiver, clock } = openSender({ divert: true })
  receiver.answer = 'ENOENT'
  for (const item of ['a', 'b']) sender.offer(item)
  assert.deepEqual(diverted, ['a', 'b'])
  receiver.answer = 'sent'
  await clock.advance(1000)
  sender.offer('c')
  assert.deepEqual([sent, diverted], [['c'], ['a', 'b']])
})

test('a receiver that was there once: nothing is diverted any more', async () => {
  const { sender, sent, diverted, receiver, clock } = openSender({ divert: true })
  sender.offer('a')
  receiver.answer = 'ENOENT'
  sender.offer('b')
  receiver.answer = 'sent'
  await clock.advance(1000)
  assert.deepEqual([sent, diverted], [['a', 'b'], []])
})

test('a receiver that is full from the start keeps its items waiting', async () => {
  const { sender, diverted, receiver } = openSender({ divert: true })
  receiver.answer = 'EAGAIN'
  sender.offer('a')
  assert.deepEqual([diverted, sender.pending], [[], 1])
})

describe('A receiver that takes nothing', () => {
  for (const answer of ['ENOENT', 'EAGAIN'])
    it(`is told of when it has answered ${answer} for as long as it may, until it takes an item`, async () => {
      const { sender, away, receiver, clock } = openSender({ patienceMs: 10_000 })
      receiver.answer = answer
      sender.offer('a')
      await clock.advance(9999)
      assert.deepEqual(away, [])
      await clock.advance(1001)
      assert.deepEqual(away, [answer])
      receiver.answer = 'sent'
      await clock.advance(1000)
      assert.deepEqual(away, [answer, null])
    })

  it('is told of by what it says now', async () => {
    const { sender, away, receiver, clock } = openSender()
    receiver.answer = 'ENOENT'
    sender.offer('a')
    receiver.answer = 'ECONNREFUSED'
    await clock.advance(1000)
    assert.deepEqual(away, ['ENOENT', 'ECONNREFUSED'])
  })

  it('for a moment only, and again later, has not been so all the time', async () => {
    const { sender, away, receiver, clock } = openSender({ patienceMs: 10_000 })
    for (const item of ['a', 'b', 'c']) {
      receiver.answer = 'ENOENT'
      sender.offer(item)
      await clock.advance(5000)
      receiver.answer = 'sent'
      await clock.advance(1000)
    }
    assert.deepEqual(away, [])
  })
})

test('starting over offers what waits to the new receiver at once', () => {
  const { sender, sent, receiver } = openSender()
  sender.offer('a')
  receiver.answer = 'ENOENT'
  sender.offer('b')
  receiver.answer = 'sent'
  sender.startOver()
  assert.deepEqual(sent, ['a', 'b'])
})

test('closing hands back what waits, and leaves no timer', async () => {
  const { sender, receiver, clock } = openSender({ capacity: 2 })
  receiver.answer = 'ENOENT'
  for (const item of ['a', 'b', 'c']) sender.offer(item)
  assert.deepEqual(sender.close(), ['1 lost', 'b', 'c'])
  sender.offer('d')
  assert.deepEqual([clock.waiting, sender.pending], [0, 0])
})

test('the mildest make room, and who counts hears how many until it was announced', async () => {
  const clock = new FakeClock()
  const sent: string[] = []
  const losses: number[] = []
  let away = true
  const sender = new LineSender<string>({
    clock,
    capacity: 3,
    gravityOf: text => (text.startsWith('failover') ? 1 : 0),
    lossChanged: count => losses.push(count),
    send: text => {
      if (away) return 'ECONNREFUSED'
      sent.push(text)
      return 'sent'
    },
    announceLoss: count => `${count} lost`,
  })
  for (const text of ['failover', 'a', 'b', 'c', 'd']) sender.offer(text)
  away = false
  await clock.advance(1000)
  assert.deepEqual(sent, ['2 lost', 'failover', 'c', 'd'])
  assert.deepEqual(losses, [1, 2, 0])
})

describe('A receiver that tells late that it was away', () => {
  const openLate = (more = {}) => openSender({ proofMs: 500, capacity: 10, ...more })

  it('gets again what was sent shortly before, in order and before all that came meanwhile', async () => {
    const { sender, sent, clock } = openLate()
    for (const item of ['a', 'b']) sender.offer(item)
    await clock.advance(20)
    sender.refused('ECONNREFUSED')
    sender.offer('c')
    await clock.advance(1000)
    await clock.advance(500)
    assert.deepEqual(sent, ['a', 'b', 'a', 'b', 'c'])
  })

  it('does not get again what was sent long before', async () => {
    const { sender, sent, clock } = openLate()
    sender.offer('a')
    await clock.advance(500)
    sender.offer('b')
    sender.refused('ECONNREFUSED')
    await clock.advance(1000)
    assert.deepEqual(sent, ['a', 'b', 'b'])
  })

  it('is sent one item a second while it is away, and loses none', async () => {
    const { sender, sent, clock } = openLate()
    for (const item of ['a', 'b', 'c']) sender.offer(item)
    for (let second = 0; second < 3; second++) {
      sender.refused('ECONNREFUSED')
      await clock.advance(1000)
    }
    assert.deepEqual([sent, sender.pending], [['a', 'b', 'c', 'a', 'a', 'a'], 3])
    await clock.advance(500)
    assert.deepEqual([sent.slice(-3), sender.pending], [['a', 'b', 'c'], 0])
  })

  it('that nothing has reached yet: what was sent is diverted, each once', async () => {
    const { sender, diverted, clock } = openLate({ divert: true })
    for (const item of ['a', 'b']) sender.offer(item)
    sender.refused('ECONNREFUSED')
    sender.offer('c')
    await clock.advance(1000)
    sender.offer('d')
    sender.refused('ECONNREFUSED')
    assert.deepEqual(diverted, ['a', 'b', 'c', 'd'])
  })

  it('that something has reached: nothing is diverted any more', async () => {
    const { sender, diverted, clock } = openLate({ divert: true })
    sender.offer('a')
    await clock.advance(500)
    sender.offer('b')
    sender.refused('ECONNREFUSED')
    assert.deepEqual([diverted, sender.pending], [[], 1])
  })

  it('is away from its refusal until something was not refused', async () => {
    const { sender, away, clock } = openLate()
    sender.offer('a')
    sender.refused('ECONNREFUSED')
    await clock.advance(1000)
    assert.deepEqual(away, ['ECONNREFUSED'])
    await clock.advance(500)
    assert.deepEqual(away, ['ECONNREFUSED', null])
  })
})
