import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getTasks } from 'node-cron'
import { openForMs, rememberedNextDate, schedule } from '../../src/daemon/calendar.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { VirtualNode } from './virtual-node.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Local time, as cron means it. */
const noon = new Date(2024, 0, 15, 12).getTime()

/** The local times at which a task ran, as hh:mm:ss, while the clock did what `live` tells it. */
async function runsOf(expression: string, live: (clock: FakeClock) => Promise<void>, wall = noon) {
  const clock = new FakeClock(wall)
  const runs: string[] = []
  const task = schedule(expression, clock, () => runs.push(new Date(clock.wall()).toTimeString().slice(0, 8)))
  await live(clock)
  task.stop()
  assert.equal(clock.waiting, 0)
  return runs
}

test('a task runs at each of its dates', async () => {
  const quarters = ['12:15:00', '12:30:00', '12:45:00', '13:00:00']
  const anHour = (clock: FakeClock) => clock.advance(hourMs)
  assert.deepEqual(await runsOf('0 */15 * * * *', anHour), quarters)
  assert.deepEqual(await runsOf('*/15 * * * *', anHour), quarters)
})

test('a task with seconds runs at them', async () => {
  const runs = await runsOf('*/20 * * * * *', clock => clock.advance(minuteMs))
  assert.deepEqual(runs, ['12:00:20', '12:00:40', '12:01:00'])
})

test('a task that is set up between two minutes runs at the whole one', async () => {
  const runs = await runsOf('* * * * *', clock => clock.advance(90_000), noon + 12_345)
  assert.deepEqual(runs, ['12:01:00'])
})

test('a clock that is set an hour ahead does not make up for the dates between', async () => {
  const runs = await runsOf('*/15 * * * *', async clock => {
    await clock.advance(minuteMs)
    clock.setWall(clock.wall() + hourMs)
    await clock.advance(15 * minuteMs)
  })
  assert.deepEqual(runs, ['13:15:00'])
})

test('a clock that is set back an hour does not stall a task', async () => {
  const runs = await runsOf('*/15 * * * *', async clock => {
    await clock.advance(minuteMs)
    clock.setWall(clock.wall() - hourMs)
    await clock.advance(15 * minuteMs)
  })
  assert.deepEqual(runs, ['11:15:00'])
})

test('a clock that is slewed back a few seconds runs no date twice', async () => {
  const runs = await runsOf('*/15 * * * *', async clock => {
    await clock.advance(15 * minuteMs + 1000)
    clock.setWall(clock.wall() - 3000)
    await clock.advance(5 * minuteMs)
  })
  assert.deepEqual(runs, ['12:15:00'])
})

/** At which local times a window from 02:00 to 04:00 was opened, closed or found, while the clock did as told. */
async function windowOf(from: readonly [number, number], live: (clock: FakeClock) => Promise<void>) {
  const clock = new FakeClock(new Date(2024, 0, 15, ...from).getTime())
  const told: string[] = []
  const tell = (what: string) => told.push(`${new Date(clock.wall()).toTimeString().slice(0, 8)} ${what}`)
  const stepped = () =>
    tell(`open for ${Math.ceil(openForMs('0 2 * * *', 2 * hourMs, clock.wall()) / minuteMs)} min`)
  const task = schedule('0 2 * * *', clock, () => tell('opens'), stepped)
  await live(clock)
  task.stop()
  assert.equal(clock.waiting, 0)
  return told
}

const setTo = (clock: FakeClock, hours: number, minutes: number) =>
  clock.setWall(new Date(2024, 0, 15, hours, minutes).getTime())

test('a clock that is set out of the window or into it is told within a second', async () => {
  const out = await windowOf([2, 30], async clock => {
    await clock.advance(10_500)
    setTo(clock, 10, 30)
    await clock.advance(hourMs)
  })
  assert.deepEqual(out, ['10:30:00 open for 0 min'])
  const into = await windowOf([1, 30], async clock => {
    await clock.advance(10_500)
    setTo(clock, 2, 30)
    await clock.advance(hourMs)
  })
  assert.deepEqual(into, ['02:30:00 open for 90 min'])
})

test('a clock that is set back is told, and the date that comes again runs again', async () => {
  const told = await windowOf([2, 30], async clock => {
    await clock.advance(minuteMs)
    setTo(clock, 1, 30)
    await clock.advance(hourMs)
  })
  assert.deepEqual(told, ['01:30:01 open for 0 min', '02:00:00 opens'])
})

test('a process that stood still across a date is told so, as of a step', async () => {
  const told = await windowOf([1, 55], async clock => {
    await clock.advance(minuteMs)
    // Neither timers nor anything else ran for ten minutes.
    setTo(clock, 2, 6)
    await clock.advance(minuteMs)
  })
  assert.deepEqual(told, ['02:06:01 open for 114 min'])
})

test('a clock that is slewed, or set by a minute, is told of no step', async () => {
  const told = await windowOf([1, 55], async clock => {
    for (const stepMs of [-3000, 3000, minuteMs, -minuteMs]) {
      await clock.advance(10 * minuteMs)
      clock.setWall(clock.wall() + stepMs)
    }
    await clock.advance(minuteMs)
  })
  assert.deepEqual(told, ['02:00:00 opens'])
})

test('a window is open from its date for its length', () => {
  const at = (hours: number, minutes: number) => new Date(2024, 0, 15, hours, minutes).getTime()
  const open = (wall: number) => openForMs('0 2 * * *', 2 * hourMs, wall)
  assert.equal(open(at(1, 59)), 0)
  assert.equal(open(at(2, 0)), 2 * hourMs)
  assert.equal(open(at(3, 30)), hourMs / 2)
  assert.equal(open(at(4, 0)), 0)
})

test('nothing is left with node-cron, however often the files are reloaded', () => {
  for (let reloads = 0; reloads < 3; reloads++) {
    schedule('0 2 * * *', new FakeClock(noon), () => {}).stop()
    openForMs('0 2 * * *', hourMs, noon)
  }
  assert.equal(getTasks().size, 0)
})

test('the next date is told anew when it is past, when the clock is set back, and for another expression', () => {
  const next = rememberedNextDate()
  const at = (day: number, hour: number) => new Date(2024, 0, day, hour).getTime()
  assert.equal(next('0 2 * * *', at(15, 12)), at(16, 2))
  assert.equal(next('0 2 * * *', at(16, 1)), at(16, 2))
  assert.equal(next('0 2 * * *', at(16, 2)), at(17, 2))
  assert.equal(next('0 2 * * *', at(14, 12)), at(15, 2))
  assert.equal(next('0 3 * * *', at(14, 12)), at(15, 3))
})

test('a failback that waits for the window is logged with the time at which it opens', async t => {
  const node = new VirtualNode(
    '[master]\nhost = 10.34.1.10\n[failback]\nstable_for = 20s\npolicy = window\nwindow = 0 2 * * *\n',
  )
  await node.start(t)
  await node.clock.advance(10_000)
  node.dead.add('10.34.1.10')
  await node.clock.advance(30_000)
  node.dead.clear()
  await node.clock.advance(60_000)
  const held = node.lines.filter(line => line.startsWith('notice held: '))
  assert.equal(held.length, 1)
  assert.match(held[0] ?? '', /waits for the window, which opens (today|tomorrow) 02:00, in \d+h/)
})
