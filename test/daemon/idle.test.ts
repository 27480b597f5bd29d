import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { files, VirtualNode } from './virtual-node.ts'

const conf = files.configFile
const named = '[master]\nhost = 10.34.1.10\n'

/** Files that name no master, and nothing else is wrong with them. */
const unnamed: [title: string, text: string][] = [
  ['an empty file', ''],
  ['no host', '[master]\n'],
  ['a host in a comment', '[master]\n;host = 10.34.1.10\n # host = 10.34.1.10\n'],
  ['an empty host', '\ufeff[master]\r\nhost =\r\n'],
  ['a comment instead of a host', '[master]\nhost = ; the address\n'],
  ['only the host of a check', '[master]\n[check.ping]\ntype = ping\nhost = 10.34.1.10\n'],
  ['the section in a comment', '; [master]\n'],
]

/** Files that do say something of the master, or something else wrong: a start fails, with all that is wrong. */
const wrong: [title: string, text: string, told: RegExp][] = [
  ['a host that is none', '[master]\nhost = a b\n', /malformed, expected a host name/],
  ['a key that there is not', '[master]\nhosts = 10.34.1.10\n', /unknown key/],
  ['a key without a section', 'host = 10.34.1.10\n', /section/],
  ['the section twice', '[master]\n[master]\n', /twice|again/],
  ['another section that is wrong', '[master]\n[relays]\ntimeout = soon\n', /duration|soon/],
]

describe('A start without a named master: the daemon is idle', () => {
  for (const [title, text] of unnamed)
    it(`with ${title}`, async t => {
      const node = new VirtualNode(text)
      await node.start(t)
      assert.deepEqual(await node.probedWithin(60_000), [])
      assert.equal(node.status.phase, 'unconfigured')
      assert.deepEqual(node.written, [])
    })

  it('and says once why, and what to do', async t => {
    const node = new VirtualNode('')
    await node.start(t)
    await node.clock.advance(3_600_000)
    assert.deepEqual(node.news(/master/), [
      `info idle: no master is named: set [master] host in ${conf}, then 'systemctl reload berofosd'`,
    ])
    assert.equal(
      node.status.next,
      `would start work when [master] host is set in ${conf} and the service is reloaded`,
    )
  })

  it('until one is named and the files are read again', async t => {
    const node = new VirtualNode('')
    node.mode = 0
    await node.start(t)
    node.disk.set(conf, named)
    await node.reload()
    assert.deepEqual(await node.probedWithin(10_000), ['10.34.1.10'])
    // Nothing was stored: the role is what the relays read.
    assert.deepEqual([node.status.phase, node.status.role], ['recovering', 'slave'])
  })

  it('and stays so after a reload that finds none either, which is an invalid file', async t => {
    const node = new VirtualNode('')
    await node.start(t)
    await node.reload()
    assert.deepEqual(node.news(/^error/).length, 2)
    assert.equal(node.status.phase, 'unconfigured')
  })

  for (const [title, text, told] of wrong)
    it(`but not with ${title}, which ends it with 78`, async t => {
      const node = new VirtualNode(text)
      await assert.rejects(node.start(t), { message: /^exit status 78/ })
      assert.match(node.lines.join('\n'), told)
    })
})

describe('A reload without a named master', () => {
  it('is one of an invalid file: the old one stays in force', async t => {
    const node = new VirtualNode(named)
    await node.start(t)
    await node.clock.advance(10_000)
    node.disk.set(conf, '[master]\n')
    await node.reload()
    assert.match(node.news(/^error/).join('\n'), /missing/)
    assert.deepEqual([node.status.phase, node.status.master.host], ['steady', '10.34.1.10'])
  })
})

describe('Beside a daemon that is idle', () => {
  for (const command of ['force', 'assert'] as const)
    it(`whoever orders ${command} is told to act as where none runs`, async t => {
      const node = new VirtualNode('')
      await node.start(t)
      const order =
        command === 'force'
          ? ({ command, role: 'slave', forMs: null, reason: '' } as const)
          : ({ command, role: 'slave' } as const)
      assert.deepEqual(await node.handler?.(order, () => {}), {
        ok: false,
        error: 'berofos is not configured: no master is named',
        idle: true,
      })
    })
})

describe('A daemon whose bnfos.conf names no device', () => {
  for (const [command, order] of [
    ['force', { command: 'force', role: 'slave', forMs: null, reason: '' }],
    ['assert', { command: 'assert', role: 'master' }],
  ] as const)
    it(`does not call it done that no line was moved by ${command}`, async t => {
      const node = new VirtualNode(named)
      node.disk.set(files.bnfosFile, '')
      await node.start(t)
      await node.clock.advance(10_000)
      const replying = node.handler?.(order, () => {})
      await node.clock.advance(1000)
      const { ok, error } = (await replying) as { ok: boolean; error: string }
      assert.deepEqual([ok, error], [false, 'no line was moved: bnfos.conf names no device'])
    })
})
