import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestOf } from '../../src/alerts/forms.ts'
import { sendHttp } from '../../src/alerts/http.ts'
import type { Message } from '../../src/alerts/message.ts'
import { systemClock } from '../../src/system/clock.ts'
import { needs } from '../helpers/needs.ts'
import { someSettings } from '../helpers/settings.ts'
import { until } from '../helpers/until.ts'
import { startAlertmanager } from './peers.ts'

const now = () => new Date().toISOString()

function message(event: Message['event'], ...subjects: string[]): Message {
  const findings = subjects.map(subject => ({ subject, since: now(), text: `${subject} is not confirmed` }))
  const site = { node: 'tel2', role: 'slave', headline: 'lines at the slave', lastMove: null }
  return { event, code: 'relay-unconfirmed', severity: 'error', findings, at: now(), site }
}

test('Alertmanager takes alerts, and those that are over away', {
  skip: needs('prometheus-alertmanager'),
}, async t => {
  const url = await startAlertmanager(t)
  const settings = { ...someSettings().alert, url, format: 'alertmanager' as const }
  const tell = (about: Message) =>
    sendHttp(requestOf(about, settings), systemClock, new AbortController().signal)
  const active = async () => {
    const response = await fetch(`${url}/api/v2/alerts?active=true`)
    const alerts = (await response.json()) as {
      labels: Record<string, string>
      annotations: Record<string, string>
    }[]
    return alerts
      .map(({ labels, annotations }) => `${labels.alertname} ${labels.subject}: ${annotations.summary}`)
      .sort()
  }
  assert.deepEqual(await tell(message('raised', 'fos1', 'fos3')), { ok: true })
  const [fos1, fos3] = ['fos1', 'fos3'].map(
    name => `BerofosdRelayUnconfirmed ${name}: ${name} is not confirmed`,
  )
  await until('both are there', async () => (await active()).length === 2)
  assert.deepEqual(await active(), [fos1, fos3])
  assert.deepEqual(await tell(message('resolved', 'fos1')), { ok: true })
  await until('one is over', async () => (await active()).length === 1)
  assert.deepEqual(await active(), [fos3])
})
