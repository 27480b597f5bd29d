import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { describe, it } from 'node:test'
import { bootClock, bootIdentity } from '../../src/system/boot-clock.ts'

const clock = new URL('../../src/system/boot-clock.ts', import.meta.url).href
const readings = `import { bootClock } from '${clock}'; console.log(bootClock.mono())`
const inAnotherProcess = () =>
  Number(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', readings]))

describe('The clock of the daemon', () => {
  it('reads the same in every process, and never goes back', () => {
    const before = bootClock.mono()
    const between = inAnotherProcess()
    assert.ok(between >= before && between <= bootClock.mono(), `${before} ${between}`)
  })

  it('counts since the machine was booted', () => {
    assert.ok(Math.abs(bootClock.mono() - uptime() * 1000) < 2000)
  })
})

describe('The name of the present boot', () => {
  it('is what the unit says', () => {
    assert.equal(bootIdentity({ BEROFOSD_BOOT: 'b1' }), 'b1')
  })

  it("is the kernel's where no unit says it, as systemd writes it", () => {
    const kernel = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    assert.equal(bootIdentity({}), kernel.replaceAll('-', ''))
    assert.match(bootIdentity({}) ?? '', /^[0-9a-f]{32}$/)
  })
})
