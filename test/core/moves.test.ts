import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Event } from '../../src/core/events.ts'
import { failedHooksOf, undoMissing } from '../../src/core/failed-hooks.ts'
import type { Settings } from '../../src/core/settings.ts'
import type { Move } from '../../src/core/state.ts'
import { Policy, reloaded, teachesNothing } from '../helpers/policy.ts'
import { someSettings } from '../helpers/settings.ts'

const { hooks, failback } = someSettings()
const hooked = someSettings({ hooks: { ...hooks, before_slave: 'b', after_slave: 'a', before_master: 'm' } })
const asking = someSettings({ failback: { ...failback, stableForMs: 0, readyCommand: 'r' } })
const policy = (settings: Settings = someSettings()) => new Policy(settings)

const ended = (move: number, hook: 'before_slave' | 'after_slave' | 'before_master', ok = true): Event => ({
  ...{ kind: 'hookEnded', move, hook, ok, detail: 'exit' },
})
const settled = (move: number, all = true): Event => ({ kind: 'relaysTried', move, all })

describe('The end of a hook', () => {
  const before = () => policy(hooked).start().failOver()

  it('counts once, for the hook and the move that it is of', () => {
    const node = before()
    assert.deepEqual([node.state.move?.stage, node.state.move?.id], ['before', 1])
    teachesNothing(node, ended(0, 'before_slave'))
    teachesNothing(node, ended(1, 'after_slave'))
    assert.equal(node.post(ended(1, 'before_slave')).state.move?.stage, 'driving')
    teachesNothing(node, ended(1, 'before_slave'))
  })

  it('means nothing when there is no move', () => {
    teachesNothing(policy(hooked).start(), ended(0, 'before_slave'))
  })

  it('that went wrong is said, and holds up no failover', () => {
    const node = before().post(ended(1, 'before_slave', false))
    assert.equal(node.state.move?.stage, 'driving')
    assert.deepEqual(node.lines, ['hook before_slave: exit'])
  })

  it('that comes too late is said when it went wrong', () => {
    assert.deepEqual(before().post(ended(0, 'before_master', false)).lines, ['hook before_master: exit'])
  })

  it('of before_master that calls the failback off is said once, as that', () => {
    const node = policy({ ...hooked, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    assert.equal(node.state.move?.stage, 'asking')
    node.post(ended(1, 'before_master', false))
    assert.deepEqual(node.lines, ["failback called off by before_master: exit; the slave's hooks run again"])
    assert.equal(node.state.noFailbackUntil, node.now.mono + 10_000)
  })

  it('of before_master makes ready_command be asked anew', () => {
    const both = { ...asking, hooks: { ...hooks, before_master: 'm' } }
    const node = policy(both).start('slave').probe('answered', 2)
    node.post({ kind: 'readyAnswered', question: 1, ready: true, detail: '' })
    node.post(ended(node.state.moves, 'before_master', false))
    assert.deepEqual(node.state.readiness, { is: 'unasked' })
  })
})

describe('A failback that before_master agreed to too late', () => {
  it('has the relays report the end of the move that undoes it', () => {
    const only = { ...someSettings(), hooks: { ...hooks, before_master: 'm' } }
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    node.probe('failed', 3)
    assert.deepEqual(node.effects.at(-1), { kind: 'enforce', role: 'slave', move: 2 })
    assert.equal(node.post(settled(2)).state.move, null)
  })
})

describe('before_master agrees', () => {
  const only = { ...someSettings(), hooks: { ...hooks, before_master: 'm' } }
  const agreed = ended(1, 'before_master')

  it('in vain when the master does not answer any more', () => {
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0 } })
      .start('slave')
      .probe('answered', 2)
    node.probe('failed').post(agreed)
    assert.deepEqual(node.lines, ['failback called off: the master was not up all the while'])
  })

  it('in vain when the window has closed meanwhile', () => {
    const node = policy({ ...only, failback: { ...failback, stableForMs: 0, policy: 'window' } })
    node.start('slave').post({ kind: 'windowChecked', forMs: 60_000 }).probe('answered', 2)
    assert.equal(node.state.move?.stage, 'asking')
    node.post({ kind: 'windowChecked', forMs: 0 }).post(agreed)
    assert.deepEqual(node.lines, ['failback called off: it is held again'])
  })
})

/** A failback whose before_master runs, on a node with hooks on either side. */
function preparing(): Policy {
  const node = policy({ ...hooked, failback: { ...failback, stableForMs: 0 } })
    .start('slave')
    .probe('answered', 2)
  assert.deepEqual([node.state.move?.stage, node.state.move?.event], ['asking', 'failback'])
  return node
}

/** The hooks that the latest event set off, with the event that each is told. */
const hooksRun = (node: Policy) =>
  node.effects.flatMap(effect => (effect.kind === 'runHook' ? [`${effect.hook} ${effect.event}`] : []))
const force = (role: 'master' | 'slave'): Event => ({ kind: 'forced', role, forMs: null, reason: '' })
const pause: Event = { kind: 'pausedByOperator', forMs: null, reason: '' }
const noHost: Settings = { ...hooked, devices: null }

/**
 * What ends a failback while before_master runs × when what it did is undone. `at once`: the hook is ended.
 * `when it ends`: it may still come right until then. Its own words are tested with the end of a hook.
 */
const ends: readonly (readonly [
  title: string,
  end: (node: Policy) => void,
  when: 'at once' | 'when it ends',
  why: string,
])[] = [
  ['the master is down', node => node.probe('failed', 3), 'at once', ': the master is down'],
  ['an operator pauses', node => node.post(pause), 'at once', ': an operator paused'],
  [
    'an operator pins the slave',
    node => node.post(force('slave')),
    'at once',
    ': an operator pinned the slave',
  ],
  [
    'the master does not answer once',
    node => node.probe('failed'),
    'when it ends',
    ': the master was not up all the while',
  ],
  [
    'the node is no longer the secondary',
    node => node.post({ kind: 'secondaryChanged', present: false }),
    'when it ends',
    ': this node is no longer the secondary',
  ],
  [
    'a reload finds no bnfos.conf',
    node => {
      node.settings = noHost
      node.post(reloaded())
    },
    'when it ends',
    ': bnfos.conf is gone',
  ],
  [
    'a reload starts the checks from zero',
    node => node.post(reloaded('ping')),
    'when it ends',
    ': the master is unknown',
  ],
  ['the daemon is killed', node => node.restart(), 'at once', ': the daemon was restarted meanwhile'],
]

describe('What before_master has begun is undone', () => {
  for (const [title, end, when, why] of ends)
    it(`${when} as ${title}`, () => {
      const node = preparing()
      end(node)
      if (when === 'when it ends') {
        assert.deepEqual(hooksRun(node), [])
        node.post(ended(1, 'before_master'))
      }
      assert.deepEqual(hooksRun(node), ['before_slave called-off'])
      assert.ok(node.lines.includes(`failback called off${why}; the slave's hooks run again`))
      assert.equal(node.state.role, 'slave')
      const { id } = node.state.move as Move
      assert.deepEqual(hooksRun(node.post(ended(id, 'before_slave'))), ['after_slave called-off'])
      node.post(ended(id, 'after_slave'))
      assert.ok(node.state.move === null || node.state.move.stage === 'arriving')
    })

  it('not when an operator pins the master: the lines go there', () => {
    const node = preparing().post(force('master'))
    assert.deepEqual(hooksRun(node), ['before_master forced'])
    assert.equal(node.state.role, 'master')
  })

  it('not when the role has changed: a dead master is failed over from as ever', () => {
    const node = preparing().post(ended(1, 'before_master')).probe('failed', 3).isolationChecked('fos1')
    assert.deepEqual(hooksRun(node), ['before_slave failover'])
  })

  it('whatever is paused meanwhile: no relay moves for it', () => {
    const node = preparing().post(pause).post(ended(2, 'before_slave')).post(ended(2, 'after_slave'))
    assert.deepEqual([node.state.phase, node.state.move?.stage], ['paused', 'arriving'])
    assert.ok(!node.kinds.includes('enforce'))
  })

  it('and the relays are held meanwhile, where the lines may be driven', () => {
    assert.deepEqual(preparing().probe('failed', 3).effects.at(-1), {
      kind: 'enforce',
      role: 'slave',
      move: 2,
    })
  })

  it('or is a finding: the hook that undoes it failed', () => {
    const node = preparing()
      .post(pause)
      .post(ended(2, 'before_slave', false))
    assert.deepEqual(node.lines, ['hook before_slave: exit; what before_master did may not be undone'])
    const [missing] = undoMissing(node.state)
    assert.deepEqual([missing?.hook, missing?.event], ['before_slave', 'called-off'])
    assert.deepEqual(hooksRun(node), ['after_slave called-off'])
    assert.deepEqual(undoMissing(node.restart().state).length, 1)
  })
})

describe('That a hook has failed is known', () => {
  const failed = () =>
    policy(hooked)
      .start()
      .failOver()
      .post(ended(1, 'before_slave', false))
  const names = (node: Policy) => failedHooksOf(node.state).map(({ hook }) => hook)

  it('until it does better', () => {
    const node = failed()
    assert.deepEqual(names(node), ['before_slave'])
    assert.deepEqual(undoMissing(node.state), [])
    node.moved().post(ended(1, 'after_slave')).post(force('master')).post(ended(2, 'before_master'))
    assert.deepEqual(names(node), ['before_slave'])
    node.moved().post(force('slave')).post(ended(3, 'before_slave'))
    assert.deepEqual(names(node), [])
  })

  it('until an operator resumes', () => {
    assert.deepEqual(names(failed().post({ kind: 'resumed' })), [])
  })

  it('until it is configured no more', () => {
    const node = failed().post(reloaded())
    assert.deepEqual(names(node), ['before_slave'])
    node.settings = someSettings()
    assert.deepEqual(names(node.post(reloaded())), [])
  })

  it('over a restart', () => {
    assert.deepEqual(names(failed().restart()), ['before_slave'])
  })

  it('and is repeated where something is not undone', () => {
    const node = preparing()
      .post(pause)
      .post(ended(2, 'before_slave', false))
      .post({ kind: 'reminded' })
    assert.ok(
      node.lines.includes(
        "hook before_slave: exit; what before_master did may not be undone: undo it by hand, then 'berofosd resume'",
      ),
    )
  })
})

describe('A hook that was cut off, the daemon having ended', () => {
  const before = () => policy(hooked).start().failOver()

  it('once, is run again from its start', () => {
    assert.deepEqual(hooksRun(before().restart()), ['before_slave failover'])
  })

  it('twice, has failed, and the move goes on', () => {
    const node = before().restart().restart()
    assert.deepEqual(node.lines, ['hook before_slave: cut off twice, the daemon ended while it ran'])
    assert.equal(node.state.move?.stage, 'driving')
    assert.deepEqual(hooksRun(node), [])
    assert.deepEqual(node.probe('failed').effects.at(-1), { kind: 'enforce', role: 'slave', move: 1 })
  })

  it('is counted anew for the next hook', () => {
    const node = before().restart().post(ended(1, 'before_slave')).moved()
    assert.deepEqual([node.state.move?.stage, node.state.move?.cuts], ['after', 0])
    assert.deepEqual(hooksRun(node.restart()), ['after_slave failover'])
    assert.equal(node.restart().state.move, null)
  })

  it('twice, is passed over in silence when it is configured no more', () => {
    const node = before().restart()
    node.settings = someSettings()
    assert.deepEqual(node.restart().lines, [])
  })

  it('leaves something not undone when it was to undo it', () => {
    const node = preparing().post(pause).restart().restart()
    assert.equal(undoMissing(node.state).length, 1)
    assert.deepEqual(hooksRun(node), ['after_slave called-off'])
  })
})

describe('A forced failback', () => {
  it('runs before_master first, and goes on whatever it says', () => {
    const node = policy(hooked).start('slave')
    node.post({ kind: 'forced', role: 'master', forMs: null, reason: '' })
    assert.deepEqual([node.state.role, node.state.move?.stage], ['master', 'before'])
    assert.ok(!node.kinds.includes('enforce'))
    node.post(ended(1, 'before_master', false))
    assert.ok(node.kinds.includes('enforce'))
  })
})

describe('The line that a move is over', () => {
  const driving = () => policy(hooked).start().failOver().post(ended(1, 'before_slave'))
  const tally = { total: 4, open: [], tookMs: 354 }
  const settledWith = (open: string[], all = open.length === 0): Event => ({
    ...{ kind: 'relaysTried', move: 1, all },
    tally: { ...tally, open },
  })
  const doneLines = (node: ReturnType<typeof driving>) =>
    node.effects.filter(effect => effect.kind === 'log' && effect.text.includes(' done: '))

  it('tells how many relays are there after which time, behind the lines of the relays', () => {
    assert.deepEqual(doneLines(driving().post(settledWith([]))), [
      { kind: 'log', severity: 'notice', text: 'failover done: 4 of 4 relays in 0.35 s', afterRelays: true },
    ])
  })

  it('names those that are not there, and comes once: a straggler has its own line', () => {
    const node = driving().post(settledWith(['fos3']))
    assert.equal(
      (doneLines(node)[0] as { text: string }).text,
      'failover done: 3 of 4 relays in 0.35 s; open: fos3',
    )
    assert.deepEqual(doneLines(node.post(settledWith([]))), [])
  })
})

describe('That relays have settled', () => {
  const driving = () => policy(hooked).start().failOver().post(ended(1, 'before_slave'))

  it('counts for the move under way alone', () => {
    teachesNothing(driving(), settled(0))
    assert.equal(driving().post(settled(1)).state.move?.stage, 'after')
  })

  it('means nothing before they were told', () => {
    teachesNothing(policy(hooked).start().failOver(), settled(1))
  })

  it('all of them, ends the move with its last hook', () => {
    assert.equal(driving().post(settled(1)).post(ended(1, 'after_slave')).state.move, null)
  })

  it('but one, leaves the move open after its last hook until that one arrives', () => {
    const node = driving().post(settled(1, false)).post(ended(1, 'after_slave'))
    assert.equal(node.state.move?.stage, 'arriving')
    teachesNothing(node, settled(1, false))
    assert.equal(node.post(settled(1)).state.move, null)
  })

  it('the last one while the hook after runs, does not end that hook', () => {
    const node = driving().post(settled(1, false)).post(settled(1))
    assert.deepEqual([node.state.move?.stage, node.state.move?.arrived], ['after', true])
    assert.equal(node.post(ended(1, 'after_slave')).state.move, null)
  })
})
