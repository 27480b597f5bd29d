import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { TlsOptions } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { probeHttpWith } from '../../src/probes/http.ts'
import { createSystemCas, type SystemCas } from '../../src/probes/system-cas.ts'
import { systemClock } from '../../src/system/clock.ts'
import { needs } from '../helpers/needs.ts'
import { httpCheck, neverAborts } from './checks.ts'

const skip = needs('openssl')
const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'berofosd-cas-'))
const inDirectory = (name: string) => join(directory, name)
after(() => rmSync(directory, { recursive: true }))

/** A key and a certificate that signs itself, which nobody has built in. */
function makeCertificate(name: string): void {
  const files = ['-keyout', inDirectory(`${name}.key`), '-out', inDirectory(`${name}.pem`)]
  const of = ['-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync('openssl', [...args, ...files, ...of], { stdio: 'ignore' })
}

before(() => {
  if (!skip) for (const name of ['master', 'other']) makeCertificate(name)
})

/** A master whose certificate is its own. */
async function withMaster<T>(tls: TlsOptions, run: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(
    { key: readFileSync(inDirectory('master.key')), cert: readFileSync(inDirectory('master.pem')), ...tls },
    (_request, response) => response.end(),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  try {
    return await run(`https://127.0.0.1:${port}/`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

/** What the check says of it. */
function askMaster(cas: SystemCas, tls: TlsOptions = {}, tlsVerify = true) {
  return withMaster(tls, async url => {
    const { outcome, detail } = await probeHttpWith(cas)(
      httpCheck({ url, tlsVerify }),
      systemClock,
      neverAborts,
    )
    return [outcome, detail]
  })
}

/** The same from a process that is started with these variables: they count from the start on only. */
async function askIn(env: NodeJS.ProcessEnv, url: string, bundle: string): Promise<unknown> {
  const program = fileURLToPath(new URL('ask-https.ts', import.meta.url))
  const args = ['--import', 'tsx', program, url, bundle]
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } })
  return JSON.parse(stdout)
}

const refused = ['failed', 'certificate refused: self-signed certificate (set ca = FILE, or tls_verify = no)']
const answered = ['answered', 'HTTP 200']

test('a certificate in the system’s bundle is believed', { skip }, async () => {
  assert.deepEqual(await askMaster(createSystemCas(inDirectory('master.pem'))), answered)
})

for (const [what, content] of [
  ['no bundle', null],
  ['an empty bundle', ''],
] as const) {
  test(`with ${what} Node’s own list counts, which does not know it`, { skip }, async () => {
    const file = inDirectory('absent.pem')
    if (content !== null) writeFileSync(file, content)
    assert.equal(await createSystemCas(file)(), undefined)
    assert.deepEqual(await askMaster(createSystemCas(file)), refused)
  })
}

for (const [what, envOf] of [
  ['NODE_EXTRA_CA_CERTS', (file: string) => ({ NODE_EXTRA_CA_CERTS: file })],
  ['SSL_CERT_FILE', (file: string) => ({ SSL_CERT_FILE: file, NODE_OPTIONS: '--use-openssl-ca' })],
] as const)
  test(`${what} in the environment changes nothing: the system’s bundle is believed, and it alone`, {
    skip,
  }, async () => {
    const [master, other] = [inDirectory('master.pem'), inDirectory('other.pem')]
    await withMaster({}, async url => {
      assert.deepEqual(await askIn(envOf(master), url, other), refused)
      assert.deepEqual(await askIn(envOf(other), url, master), answered)
    })
  })

test('the bundle is read anew only when it changed', { skip }, async () => {
  const file = inDirectory('bundle.pem')
  copyFileSync(inDirectory('other.pem'), file)
  const cas = createSystemCas(file)
  assert.deepEqual(await askMaster(cas), refused)
  const first = await cas()
  assert.equal(await cas(), first, 'as it was: not read again')
  copyFileSync(inDirectory('master.pem'), file)
  utimesSync(file, new Date(), new Date(Date.now() + 5000))
  assert.deepEqual(await askMaster(cas), answered)
})

test('a master that speaks TLS 1.0 only is alive with tls_verify = no, and refused otherwise', {
  skip,
}, async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const cas = createSystemCas(inDirectory('master.pem'))
  assert.deepEqual(await askMaster(cas, old, false), answered)
  const [outcome, detail] = await askMaster(cas, old)
  assert.equal(outcome, 'failed')
  assert.match(detail ?? '', /^TLS failed: /)
})
