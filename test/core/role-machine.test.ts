import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allAnswering } from '../../src/core/rise-fall.ts'
import { targetOf } from '../../src/core/role-machine.ts'
import { roleTable } from '../../src/core/role-table.ts'
import { phases } from '../../src/core/state.ts'
import { explore, explored, type Step } from '../helpers/explore.ts'

const asks = ({ effects }: Step, kind: string) => effects.some(effect => effect.kind === kind)
const roleChanged = ({ before, after }: Step) => !before.adopting && before.role !== after.role
const said = ({ effects }: Step, start: string) =>
  effects.some(effect => effect.kind === 'log' && effect.text.startsWith(start))
const forced = ({ after }: Step) => after.override !== null

/** Every reachable state × every event, once: each rule is held against each of these steps. */
type Rule = (step: Step) => boolean
const rules: [string, Rule][] = []
const holds = (rule: string, broken: Rule) => rules.push([rule, broken])

const restingRow = ({ settings, after, now }: Step) =>
  roleTable.find(row => row.when({ settings, now, state: after, effects: [] }))

holds('rests on a row that has nothing more to do', step => {
  const row = restingRow(step)
  return !row || row.act !== undefined || row.phase !== step.after.phase
})

holds('drives nothing while paused, passive, unconfigured, suspect or isolated', step => {
  const still = ['paused', 'passive', 'unconfigured', 'suspect', 'isolated'].includes(step.after.phase)
  return still && (asks(step, 'hold') || targetOf(step.after) !== null)
})

holds('changes the role only with a verdict, or by an operator', step => {
  const verdict = step.after.role === 'slave' ? 'down' : 'up'
  return roleChanged(step) && !forced(step) && step.after.verdict !== verdict
})

holds('fails over only when a relay or witness was heard since the master went down', step => {
  const event = step.event.kind === 'surveyed' && step.event.answering !== null
  return said(step, 'failover: ') && !(event && step.before.survey.is === 'asked')
})

holds('fails over only after `fall` failures in a row', step => {
  const check = step.after.checks.ping
  return said(step, 'failover: ') && check?.verdict !== 'down'
})

holds('fails back only when the master was up for stable_for and answers now', step => {
  if (!said(step, 'failback: ') || step.before.move?.stage === 'asking') return false
  const { settings, after, now } = step
  const stable = after.upSince !== null && now.mono - after.upSince >= settings.failback.stableForMs
  return !(stable && allAnswering(settings.checks, after.checks, now.mono))
})

holds('fails back only inside its window, once approved, and not when flapping', step => {
  if (!said(step, 'failback: ') || step.before.move?.stage === 'asking') return false
  const { policy } = step.settings.failback
  if (step.before.flapping && step.event.kind !== 'resumed') return true
  if (policy === 'window') return !((step.after.windowUntil ?? Number.NEGATIVE_INFINITY) > step.now.mono)
  return policy === 'manual' && step.event.kind !== 'resumed' && !step.before.approved
})

holds('fails back only with the consent of ready_command, or at its deadline', step => {
  const { readyCommand, readyDeadlineMs } = step.settings.failback
  if (!said(step, 'failback: ') || readyCommand === null || step.before.move?.stage === 'asking') return false
  const { readiness } = step.before
  const late = 'since' in readiness && step.now.mono - readiness.since >= readyDeadlineMs
  return readiness.is !== 'yes' && !late && !(step.event.kind === 'readyAnswered' && step.event.ready)
})

holds('fails back only with the consent of before_master', step => {
  if (!said(step, 'failback: ') || step.settings.hooks.before_master === null) return false
  return !(step.event.kind === 'hookEnded' && step.event.ok && step.before.move?.stage === 'asking')
})

holds(
  'never breaks an override',
  step => forced(step) && step.after.role !== step.after.override?.role && step.after.phase === 'forced',
)

holds('a start, a reload and a reminder never change the role', step => {
  const quiet = ['started', 'reloaded', 'reminded', 'settled', 'adopted', 'windowOpened'].includes(
    step.event.kind,
  )
  return quiet && roleChanged(step) && !said(step, 'failback: ')
})

holds('says one line for each change of the role, and none without', step => {
  const lines = ['failover: ', 'failback: ', 'forced: '].filter(start => said(step, start)).length
  return lines !== (roleChanged(step) || (step.before.adopting && lines === 1) ? 1 : 0)
})

holds('saves whenever the role, an override or a pause changes', step => {
  const { before, after } = step
  const changed =
    before.role !== after.role || before.override !== after.override || before.pause !== after.pause
  return changed && !asks(step, 'save')
})

holds('asks for a wake-up only in the future', step => {
  const { settings, after, now } = step
  return [after.pause, after.override].some(p => p?.until != null && p.until <= now.mono) && settings !== null
})

describe('In every reachable state and at every event', () => {
  const reachedPhases = new Set<string>()
  const reachedRows = new Set<string>()
  const broken = new Map<string, Step>()
  let count = 0
  for (const settings of Object.values(explored))
    explore(settings, step => {
      count += 1
      reachedPhases.add(step.after.phase)
      reachedRows.add(restingRow(step)?.comment ?? '')
      for (const [rule, isBroken] of rules) if (!broken.has(rule) && isBroken(step)) broken.set(rule, step)
    })

  it('explores a state space worth the name, in which every phase occurs', () => {
    assert.ok(count > 50_000, `${count} steps`)
    assert.deepEqual(reachedPhases, new Set(phases))
  })

  it('rests on every row of the table that has nothing more to do', () => {
    const resting = roleTable.filter(row => !row.act).map(row => row.comment)
    assert.deepEqual(
      resting.filter(comment => !reachedRows.has(comment)),
      [],
    )
  })

  for (const [rule] of rules)
    it(rule, () => {
      assert.equal(JSON.stringify(broken.get(rule), null, 1), undefined)
    })
})
