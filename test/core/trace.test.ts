import assert from 'node:assert/strict'
import { it } from 'node:test'
import { decide } from '../../src/core/decide.ts'
import type { Event } from '../../src/core/events.ts'
import { traceText } from '../../src/core/trace.ts'
import { Policy } from '../helpers/policy.ts'
import { someSettings } from '../helpers/settings.ts'

function traceOf(node: Policy, event: Event): string {
  const decision = decide(node.settings, node.state, event, node.now)
  return traceText(node.state, event, decision)
}

it('A decision is traced on one line: the event, the rules that fired, the phase, the effects', () => {
  const node = new Policy(someSettings()).start().probe('failed', 3)
  const question = node.state.questions
  assert.equal(
    traceOf(node, { kind: 'isolationChecked', question, answering: 'fos1' }),
    'decided: isolationChecked fos1; rules: failover; phase: suspect -> steady; role: master -> slave; effects: log record save enforce:slave',
  )
})

it('An event that answers a question is traced with its answer', () => {
  const node = new Policy(someSettings()).start()
  const answers: readonly [Event, string][] = [
    [{ kind: 'isolationChecked', question: 1, answering: null }, 'isolationChecked nobody'],
    [{ kind: 'roleDiscovered', role: 'slave' }, 'roleDiscovered slave'],
    [{ kind: 'roleDiscovered', role: null }, 'roleDiscovered none'],
    [{ kind: 'relaysTried', move: 1, all: true }, 'relaysTried all'],
    [{ kind: 'relaysTried', move: 1, all: false }, 'relaysTried open'],
    [{ kind: 'readyAnswered', question: 1, ready: true, detail: 'a secret' }, 'readyAnswered yes'],
    [{ kind: 'readyAnswered', question: 1, ready: false, detail: 'a secret' }, 'readyAnswered no'],
  ]
  for (const [event, text] of answers) assert.equal(traceOf(node, event).split(';')[0], `decided: ${text}`)
})

it('A decision that does nothing is traced, too', () => {
  const node = new Policy(someSettings()).start().probe('answered', 3)
  const result = { outcome: 'answered', ms: 1, detail: 'a secret' } as const
  assert.equal(
    traceOf(node, { kind: 'probed', check: 'ping', result }),
    'decided: probed ping answered; rules: -; phase: steady; effects: -',
  )
})

it('An order and the hook that follows are named', () => {
  const hooks = { ...someSettings().hooks, before_slave: '/bin/true' }
  const node = new Policy(someSettings({ hooks })).start().probe('answered', 3)
  assert.match(
    traceOf(node, { kind: 'forced', role: 'slave', forMs: null, reason: 'a secret' }),
    /^decided: forced slave; rules: force; phase: steady -> forced; role: master -> slave; effects: [a-z ]+ runHook:before_slave observe$/,
  )
})
