import assert from 'node:assert/strict'
import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { replaceFile, updateFile } from '../../../src/cli/bnfos/conf-write.ts'
import { temporary } from '../../helpers/temporary.ts'

const skip = process.getuid?.() === 0 ? false : 'only root may give files away'
const content = Buffer.from('[fos1]\n')

describe('A bnfos.conf that root writes', { skip }, () => {
  it('is of the daemon’s group when it is new, so that the daemon can read it', async t => {
    const { file, groupFile } = place(t, 'root:x:0:\nberofosd:x:4242:\n')
    assert.equal(await replaceFile(file, content, { groupFile }), null)
    assert.deepEqual(permissions(file), { uid: 0, gid: 4242, mode: 0o640 })
    assert.deepEqual(readFileSync(file), content)
  })

  for (const groups of ['root:x:0:\n', 'xberofosd:x:4242:\nberofosd2:x:4243:\n', 'berofosd\n', ''])
    it(`is root’s alone when it is new and there is no such group: ${JSON.stringify(groups)}`, async t => {
      const { file, groupFile } = place(t, groups)
      assert.equal(await replaceFile(file, content, { groupFile }), null)
      assert.deepEqual(permissions(file), { uid: 0, gid: 0, mode: 0o640 })
    })

  for (const mode of [0o600, 0o644, 0o660])
    it(`keeps owner, group and mode 0${mode.toString(8)} when it is there, and its backup has the same`, async t => {
      const { file } = place(t, '')
      writeFileSync(file, '[fos1]\nmac = 00:19:32:00:12:1D\n')
      chownSync(file, 4240, 4241)
      chmodSync(file, mode)
      const { ok } = await updateFile(file, [{ mac: '00:19:32:00:12:1D', address: '10.0.0.9' }])
      assert.ok(ok)
      assert.match(readFileSync(file, 'utf8'), /10\.0\.0\.9/)
      for (const path of [file, `${file}.bak`])
        assert.deepEqual(permissions(path), { uid: 4240, gid: 4241, mode })
    })

  it('leaves no other file behind', async t => {
    const { file, groupFile, directory } = place(t, '')
    await replaceFile(file, content, { groupFile })
    assert.deepEqual(readdirSync(directory).sort(), ['bnfos.conf', 'group'])
  })
})

/** A directory with a group(5) of its own. */
function place(t: TestContext, groups: string) {
  const directory = temporary(t)
  const groupFile = join(directory, 'group')
  writeFileSync(groupFile, groups)
  return { directory, groupFile, file: join(directory, 'bnfos.conf') }
}

function permissions(path: string) {
  const { uid, gid, mode } = statSync(path)
  return { uid, gid, mode: mode & 0o7777 }
}
