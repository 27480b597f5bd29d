import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plannedChanges } from '../../src/cli/berofosd/doctor.ts'
import type { DeviceReport, Item } from '../../src/cli/berofosd/doctor-items.ts'
import { diagnosisPanel } from '../../src/cli/berofosd/doctor-panel.ts'

const look = { width: 80, colour: false, paint: (_: string, text: string) => text } as never
const item = (name: string, changes: Partial<Item> = {}): Item => ({
  ...{ item: name, is: '0', needs: '0', verdict: 'good', cure: null },
  ...changes,
})
const device = (name: string): DeviceReport => ({
  name,
  address: '10.34.1.20:80',
  items: [
    item('pwd', { needs: '1', verdict: 'advice', cure: `'bnfos --set pwd=1 -f ${name}'` }),
    item('wdog'),
    item('scenario', { is: '1', verdict: 'bad', cure: 'fix', fixable: true, beware: 'lines C--D' }),
  ],
  changes: [],
})
const two = { devices: [device('fos1'), device('fos2')], node: [item('service')] }

test('deviations come first, the worst before the others, equal ones of several devices in one', () => {
  assert.deepEqual(diagnosisPanel(two, false, look).slice(1), [
    '',
    '!! fos1, fos2: scenario 1, needed: 0',
    '   fix',
    '?  fos1, fos2: pwd 0, needed: 1',
    "   'bnfos --set pwd=1 -f NAME'",
    '',
    '   3 other settings are as this site needs them: -v shows them',
  ])
})

test('the cure of one device names it', () => {
  const lines = diagnosisPanel({ ...two, devices: [device('fos1')] }, false, look)
  assert.ok(lines.includes("   'bnfos --set pwd=1 -f fos1'"), lines.join('\n'))
})

test('-v shows a table for each device, and one for this node', () => {
  const lines = diagnosisPanel(two, true, look)
  assert.deepEqual(
    lines.filter(line => /^ {3}(fos|this node)/.test(line)),
    ['   fos1 10.34.1.20:80', '   fos2 10.34.1.20:80', '   this node'],
  )
})

test('what --fix would write is listed with what it may do besides', () => {
  assert.deepEqual(plannedChanges([device('fos1')]), ['fos1: scenario 1 -> 0 (lines C--D)'])
})
