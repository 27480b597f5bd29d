import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { startPeer } from '../alerts/peers.ts'
import { freePort } from '../helpers/free-port.ts'
import { inPath, needs } from '../helpers/needs.ts'
import { NodeUnderTest } from '../helpers/node-under-test.ts'
import { temporary } from '../helpers/temporary.ts'
import { until } from '../helpers/until.ts'

const kit = join(import.meta.dirname, '../../docs/monitoring')
const promtool = (args: readonly string[], input?: string) =>
  execFileSync(inPath('promtool') ?? 'promtool', args, {
    cwd: kit,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })

interface Target {
  readonly expr: string
}
const dashboard = JSON.parse(readFileSync(join(kit, 'grafana-dashboard.json'), 'utf8'))
const queries: string[] = dashboard.panels.flatMap(({ targets }: { targets: Target[] }) =>
  targets.map(({ expr }) => expr),
)

test('The alert rules pass their own tests', { skip: needs('promtool') }, () => {
  assert.match(promtool(['test', 'rules', 'berofosd.rules.test.yml']), /SUCCESS/)
})

describe('A real Prometheus', { skip: needs('prometheus', 'promtool') }, () => {
  test('scrapes three daemons, and every query of the dashboard and the rules finds them', async t => {
    const nodes = await Promise.all([1, 2, 3].map(() => startNode(t)))
    const url = await startPrometheus(
      t,
      nodes.map(({ address }) => address),
    )
    await until('all are scraped', async () => (await query(url, 'sum(up)')).values[0] === 3, 60_000)
    // Two scrapes make a rate.
    await until(
      'a rate is there',
      async () => (await query(url, 'rate(berofosd_probes_total[1m]) > 0')).values.length >= 3,
      60_000,
    )
    for (const expr of queries) {
      const { values } = await query(url, expr)
      const isEmptyNow = /> 0$/.test(expr) || expr.includes('berofosd_alerts_total')
      assert.ok(values.length >= 3 || isEmptyNow, `${expr}: ${values.length} series`)
    }
    const metrics = await (await fetch(`http://${nodes[0]?.address}/metrics`)).text()
    assert.equal(promtool(['check', 'metrics'], metrics), '')
    await nodes[0]?.node.steer('master dead')
    await until(
      'the failover is counted',
      async () => {
        const { values } = await query(url, 'berofosd_moves_total{what="failover"} == 1')
        return values.length === 1
      },
      60_000,
    )
    assert.deepEqual((await query(url, 'sum(berofosd_role{role="slave"})')).values, [1])
  })
})

async function startNode(t: TestContext) {
  const address = `127.0.0.1:${await freePort()}`
  const node = await NodeUnderTest.open(t, { http: { listen: address } })
  await node.startSteady()
  return { node, address }
}

async function startPrometheus(t: TestContext, targets: readonly string[]): Promise<string> {
  const directory = temporary(t)
  const file = join(directory, 'prometheus.yml')
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(kit, 'berofosd.rules.yml')],
    scrape_configs: [{ job_name: 'berofosd', static_configs: [{ targets }] }],
  }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  const port = await freePort()
  await startPeer(t, 'prometheus', port, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  const url = `http://127.0.0.1:${port}`
  // Its port is open before its database is.
  await until('Prometheus is ready', async () => (await fetch(`${url}/-/ready`)).ok, 60_000)
  return url
}

/** The values of an instant query. @throws with Prometheus's words when it does not understand it */
async function query(url: string, expr: string): Promise<{ readonly values: number[] }> {
  const filled = expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m')
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(filled)}`)
  const { status, error, data } = (await response.json()) as {
    status: string
    error?: string
    data: { result: { value: [number, string] }[] }
  }
  if (status !== 'success') throw new Error(`${expr}: ${error}`)
  return { values: data.result.map(({ value }) => Number(value[1])) }
}
