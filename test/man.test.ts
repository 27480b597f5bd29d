import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { parameters } from '../src/berofos/parameters.ts'
import { usage } from '../src/cli/xivo-berofos/arguments.ts'
import { needs } from './helpers/needs.ts'

const directory = 'docs/man'
const pages = readdirSync(directory)
const skip = needs('man', 'groff')

/** The page as `man` shows it on a terminal of 80 columns that knows ASCII only, and its warnings. */
function rendered(page: string) {
  const env = { ...process.env, LC_ALL: 'C', MANWIDTH: '80', MAN_KEEP_FORMATTING: '' }
  return promisify(execFile)('man', ['--warnings', '-l', `${directory}/${page}`], { env })
}

for (const page of pages)
  describe(page, () => {
    it('renders without a warning', { skip }, async () => {
      assert.equal((await rendered(page)).stderr, '')
    })

    it('fits on 80 columns of ASCII', { skip }, async () => {
      const lines = (await rendered(page)).stdout.split('\n')
      assert.deepEqual(
        lines.filter(line => line.length > 80 || /[^\x20-\x7e]/.test(line)),
        [],
      )
    })

    it('says what it is about in one line that whatis(1) finds', () => {
      const name = page.replace(/\.\d$/, '').replaceAll('-', '\\\\-')
      assert.match(
        readFileSync(`${directory}/${page}`, 'utf8'),
        new RegExp(`^\\.SH NAME\n${name} \\\\- \\S.*$`, 'm'),
      )
    })

    it('refers to pages that are here', () => {
      const text = readFileSync(`${directory}/${page}`, 'utf8').replaceAll('\\-', '-')
      const [, others = ''] = text.split('.SH SEE ALSO\n')
      const named = [...others.matchAll(/^\.BR (\S+) \((\d)\)/gm)].map(
        ([, name, section]) => `${name}.${section}`,
      )
      assert.ok(named.length > 0)
      assert.deepEqual(
        named.filter(other => !pages.includes(other)),
        [],
      )
    })
  })

describe('the pages of drop-ins', () => {
  it('bnfos(8) explains every parameter', () => {
    const [, parametersPart = ''] = readFileSync(`${directory}/bnfos.8`, 'utf8').split('.SH PARAMETERS\n')
    const words = new Set(parametersPart.split('.SH ')[0]?.match(/\w+/g))
    assert.deepEqual(
      parameters.map(({ keyword }) => keyword).filter(keyword => !words.has(keyword)),
      [],
    )
  })

  it('xivo-berofos(8) has every option of its help', () => {
    const page = readFileSync(`${directory}/xivo-berofos.8`, 'utf8').replaceAll('\\-', '-')
    const options = usage.join('\n').match(/--[a-z-]+/g) ?? []
    assert.ok(options.length > 5)
    assert.deepEqual(
      options.filter(option => option !== '--force' && !page.includes(option)),
      [],
    )
  })
})
