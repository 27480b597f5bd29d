import { modeFor, type Role } from '../../src/core/role.ts'
import { type MasterCondition, masterServices } from '../../src/simulator/simulated-master.ts'
import type { Status } from '../../src/status/status-json.ts'
import type { Random } from '../helpers/random.ts'
import { type AskedStatus, askStatus } from './commands.ts'
import { order } from './operator-actions.ts'
import { longestUnrestMs, relayRows } from './settings.ts'
import { monoMs, sharedClock } from './shared-clock.ts'
import type { World } from './world.ts'

/** Sets everything right, sometimes but for the master, and waits until the daemon has done the same. */
export async function calmDown(world: World, random: Random, ended: AbortSignal): Promise<void> {
  const condition: MasterCondition = random.chance(0.7) ? 'alive' : random.pick(['dead', 'silent', 'drip'])
  const role = condition === 'alive' ? 'master' : 'slave'
  world.deed(`calm, with the master ${condition}`)
  await world.master.ask({ do: 'be', services: masterServices, condition })
  await resume(world)
  await settle(world, role, ended)
  await world.collector.read()
  world.daemon.noteMemory()
}

/** An operator ends what operators have begun. */
async function resume(world: World): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (await order(world, { command: 'resume' })) return
    await sharedClock.sleep(200)
  }
  world.note({ kind: 'broken', at: monoMs(), text: 'the daemon takes no `resume`' })
}

const askEveryMs = 300

async function settle(world: World, role: Role, ended: AbortSignal): Promise<void> {
  const from = monoMs()
  const latest = from + longestUnrestMs()
  let unsettled: string[]
  let hasResumed = false
  do {
    unsettled = await restless(world, role)
    if (unsettled.length === 0) break
    // A hook that was under way when the calm began may have failed since: an operator sees it, once.
    if (!hasResumed && (await isHookFailed(world))) {
      hasResumed = true
      await resume(world)
    }
    await sharedClock.sleep(askEveryMs, ended)
  } while (monoMs() < latest && !ended.aborted)
  if (!ended.aborted) world.note({ kind: 'calm', at: monoMs(), unsettled, tookMs: monoMs() - from })
}

async function isHookFailed(world: World): Promise<boolean> {
  const { status } = await askStatus(world)
  return status?.findings.some(({ code }) => code === 'hook-failed' || code === 'undo-missing') ?? false
}

/** What is not yet as the role wants it; empty: all is. */
async function restless(world: World, role: Role): Promise<string[]> {
  const asked = await askStatus(world)
  const { status } = asked
  if (!status) return [`berofosd status ended with ${asked.code}`]
  const wanted = hasNeverComeUp(status) ? 'master' : role
  const relays = await Promise.all(relayRows.map(row => relayProblems(world, row, wanted, status)))
  return [...statusProblems(asked, wanted, role === 'master' ? 0 : 1), ...relays.flat()]
}

/**
 * The state was lost, and the master has been dead since before the start: what was never up decides nothing, and `status`
 * says so.
 */
function hasNeverComeUp({ findings, master: { checks } }: Status): boolean {
  const unproven = findings.filter(({ code }) => code === 'check-unproven').length
  return unproven > 0 && unproven === checks.filter(({ required }) => required).length
}

function statusProblems({ code, status }: AskedStatus, role: Role, wantedCode: number): string[] {
  if (!status) return []
  const rows: [wrong: boolean, text: string][] = [
    [status.role !== role, `role ${status.role}, wanted ${role}: ${status.next}`],
    [status.phase !== 'steady', `phase ${status.phase}: ${status.next}`],
    [!status.automatic, 'automatic failover is off'],
    [code !== wantedCode, `berofosd status ended with ${code} instead of ${wantedCode}`],
  ]
  return rows.filter(([wrong]) => wrong).map(([, text]) => text)
}

async function relayProblems(
  { relays }: World,
  { name, invert }: (typeof relayRows)[number],
  role: Role,
  status: Status,
): Promise<string[]> {
  const truth = await relays.get(name)?.ask({ do: 'hello' })
  const shown = status.relays.find(relay => relay.name === name)
  const wanted = modeFor(role, invert)
  const rows: [wrong: boolean, text: string][] = [
    [truth?.mode !== wanted, `${name} is at mode=${truth?.mode}, the ${role} wants mode=${wanted}`],
    [truth?.wdog !== '0', `${name}'s watchdog is on`],
    [shown?.actual !== wanted, `status shows ${name} at mode=${shown?.actual}`],
    [shown?.confirmed !== true, `status shows ${name} as not confirmed: ${shown?.error}`],
  ]
  return rows.filter(([wrong]) => wrong).map(([, text]) => text)
}
