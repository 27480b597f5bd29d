import type { Request } from '../../src/control/messages.ts'
import { type FaultName, faultRows } from '../../src/simulator/faults.ts'
import { Random } from '../helpers/random.ts'
import { bypassActionRows } from './bypass-actions.ts'
import { outsideActionRows } from './outside-actions.ts'
import { rareActionRows } from './rare-actions.ts'
import { configText, deviceNames, editSite, files } from './site.ts'
import { type HookManner, hookManners } from './virtual-hooks.ts'
import { type MasterState, masterStates } from './virtual-master.ts'
import { parties, type World } from './world.ts'

/** What befalls the world. The argument is drawn with the plan, so that leaving one action out changes no other. */
export interface ActionRow {
  /** How often among the others. */
  readonly weight: number
  readonly draw: (random: Random) => Argument
  /** `paced`: seconds as long as they last in this world, whose pace may be slower. */
  readonly text: (argument: Argument, paced: (seconds: Argument[number] | undefined) => number) => string
  readonly run: (world: World, argument: Argument) => void
}
export type Argument = readonly (string | number)[]

/** Those that came later are rare actions, so that the histories stay as they were. */
const faultNames = (Object.keys(faultRows) as FaultName[]).filter(name => name !== 'away')

function faultText(name: FaultName, ms: number): string {
  const row = faultRows[name]
  return 'argument' in row ? `${row.about}, ${ms} ms` : row.about
}

export const actionRows = {
  'master is': row({
    weight: 12,
    draw: random => [random.pick(['silent', 'silent', ...Object.keys(masterStates)])],
    text: ([state]) => `the master ${masterStates[state as MasterState].about}`,
    run: (world, [state]) => {
      world.master.state = state as MasterState
    },
  }),
  'master is well': row({
    weight: 8,
    text: () => 'the master is well',
    run: world => {
      world.master.state = 'well'
      world.master.loss = 0
    },
  }),
  'probes get lost': row({
    weight: 4,
    draw: random => [random.pick([0, 10, 30, 50])],
    text: ([share]) => `${share} % of the probes get lost`,
    run: (world, [share]) => {
      world.master.loss = Number(share) / 100
    },
  }),
  'master flaps': row({
    weight: 4,
    draw: random => [random.pick([1, 3, 10, 30, 120, 600]), random.between(2, 8)],
    text: ([periodS, times], paced) => `the master goes and comes each ${paced(periodS)} s, ${times} times`,
    run: (world, [periodS, times]) => flap(world, Number(periodS) * 500, 2 * Number(times)),
  }),
  'probes are impossible': row({
    weight: 1,
    draw: random => [random.between(1, 60)],
    text: ([s], paced) => `this node can make no probe for ${paced(s)} s`,
    run: (world, [s]) => {
      world.master.unaskable = true
      world.later(Number(s) * 1000, () => {
        world.master.unaskable = false
      })
    },
  }),
  'node is cut off': row({
    weight: 4,
    text: () => 'this node is cut off from all',
    run: world => {
      for (const party of parties) world.cutOff.add(party)
    },
  }),
  'links are cut': row({
    weight: 4,
    draw: random => random.some(parties),
    text: cut => `this node is cut off from ${cut.join(', ')}`,
    run: (world, cut) => {
      for (const party of cut) world.cutOff.add(String(party))
    },
  }),
  'the switch is dead': row({
    weight: 3,
    draw: random => [random.between(5, 180)],
    text: ([s], paced) =>
      `master and relays are behind a switch that is dead for ${paced(s)} s; witnesses are not`,
    run: (world, [s]) => {
      const behind = parties.filter(party => !party.startsWith('witness '))
      for (const party of behind) world.cutOff.add(party)
      world.later(Number(s) * 1000, () => {
        for (const party of behind) world.cutOff.delete(party)
      })
    },
  }),
  'links are whole': row({
    weight: 8,
    text: () => 'this node is cut off from nothing',
    run: world => world.cutOff.clear(),
  }),
  'relays have a fault': row({
    weight: 8,
    draw: random => [random.pick(faultNames), random.pick([20, 200, 800, 5000]), ...random.some(deviceNames)],
    text: ([fault, ms, ...names]) => `${names.join(', ')}: ${faultText(fault as FaultName, Number(ms))}`,
    run: (world, [fault, ms, ...names]) => {
      for (const name of names) {
        const relay = world.relay(String(name))
        relay.fault = fault as FaultName
        relay.faultMs = Number(ms)
      }
    },
  }),
  'relays are sound': row({
    weight: 6,
    text: () => 'all relays answer as they should',
    run: world => {
      for (const relay of world.relays) relay.fault = 'none'
    },
  }),
  'relays lose power': row({
    weight: 3,
    draw: random => random.some(deviceNames),
    text: names => `${names.join(', ')}: off and on`,
    run: (world, names) => {
      for (const name of names) world.relay(String(name)).reboot()
    },
  }),
  'another hand': row({
    weight: 4,
    draw: random => [random.pick(deviceNames), random.between(0, 1)],
    text: ([name, mode]) => `another hand switches ${name} to mode=${mode}`,
    run: (world, [name, mode]) => world.relay(String(name)).hand(mode === 0 ? 0 : 1),
  }),
  'modedef is changed': row({
    weight: 1,
    draw: random => [random.pick(deviceNames), random.between(0, 1)],
    text: ([name, mode]) => `someone sets modedef=${mode} of ${name}`,
    run: (world, [name, mode]) => world.relay(String(name)).set('modedef', String(mode)),
  }),
  'watchdog is on': row({
    weight: 1,
    draw: random => [random.pick(deviceNames), random.pick([5, 60])],
    text: ([name, s]) => `someone turns the watchdog of ${name} on, ${s} s`,
    run: (world, [name, s]) => world.relay(String(name)).turnWatchdogOn(Number(s)),
  }),
  'kill -9': row({
    weight: 4,
    draw: random => [random.chance(0.5) ? 0 : random.between(1, 60)],
    text: ([uses]) => (uses === 0 ? 'kill -9' : `kill -9 at port use ${uses}`),
    run: (world, [uses]) => {
      if (world.life && Number(uses) > 0) world.life.killIn = Number(uses)
      else world.life?.end('is killed')
    },
  }),
  'daemon is stopped': row({
    weight: 1,
    draw: random => [random.between(1, 120)],
    text: ([s], paced) => `the service is stopped for ${paced(s)} s`,
    run: (world, [s]) => {
      world.serviceOn = false
      void world.life?.stop()
      world.later(Number(s) * 1000, () => {
        world.serviceOn = true
        world.boot()
      })
    },
  }),
  'daemon stands still': row({
    weight: 3,
    draw: random => [random.pick([300, 1500, 5000, 9000])],
    text: ([ms]) => `the daemon stands still for ${ms} ms`,
    run: (world, [ms]) => {
      if (!world.life) return
      world.life.stalledUntil = world.timeline.now + Number(ms)
      world.tell({ is: 'stalled', ms: Number(ms) })
    },
  }),
  'state is torn': row({
    weight: 1,
    draw: random => [random.pick([0, 50, 95])],
    text: ([share]) => `the power goes: ${share} % of the state files are left`,
    run: (world, [share]) => {
      world.powerCycle()
      world.disk.tear(Number(share) / 100)
      world.tell({ is: 'forgot' })
    },
  }),
  'state is lost': row({
    weight: 1,
    text: () => 'the power goes, and the state directory with it',
    run: world => {
      world.powerCycle()
      world.disk.lose()
      world.tell({ is: 'forgot' })
    },
  }),
  'clock is set over a restart': row({
    weight: 2,
    draw: random => [random.pick(['force', 'pause']), random.pick([-86_400, -60, 60, 86_400])],
    text: ([command, s], paced) =>
      `an operator: ${command} for ${paced(120)} s; the clock is set by ${s} s, then kill -9`,
    run: (world, [command, s]) => {
      const rest = { forMs: 120_000 * world.pace, reason: '' }
      order(world, command === 'force' ? { command, role: 'slave', ...rest } : { command: 'pause', ...rest })
      world.later(1000, () => {
        world.stepWall(Number(s) * 1000)
        world.life?.end('is killed')
      })
    },
  }),
  'power cycle': row({
    weight: 2,
    draw: random => [random.pick([0, 0, -86_400, -60, 60, 86_400])],
    text: ([s]) => `the machine loses power${s === 0 ? '' : `, and its clock is off by ${s} s`}`,
    run: (world, [s]) => {
      world.powerCycle()
      if (s !== 0) world.stepWall(Number(s) * 1000)
    },
  }),
  'disk is': row({
    weight: 2,
    draw: random => [random.pick(['full', 'missing', 'slow', 'hanging'] as const)],
    text: ([fault]) => `the state directory is ${fault}`,
    run: (world, [fault]) => {
      world.disk.fault = fault as 'full'
    },
  }),
  'disk is well': row({
    weight: 2,
    text: () => 'the state directory is well',
    run: world => {
      world.disk.fault = 'none'
    },
  }),
  'syslog is away': row({
    weight: 2,
    draw: random => [random.between(1, 300)],
    text: ([s], paced) => `syslog is away for ${paced(s)} s`,
    run: (world, [s]) => {
      world.syslogAway = true
      world.later(Number(s) * 1000, () => {
        world.syslogAway = false
      })
    },
  }),
  'clock steps': row({
    weight: 2,
    draw: random => [random.pick([-86_400, -3600, -60, -1, 1, 60, 3600, 86_400])],
    text: ([s]) => `someone sets the clock by ${s} s`,
    run: (world, [s]) => world.stepWall(Number(s) * 1000),
  }),
  'hooks do': row({
    weight: 3,
    draw: random => [random.pick(Object.keys(hookManners))],
    text: ([manner]) => `hooks ${hookManners[manner as HookManner].about}`,
    run: (world, [manner]) => {
      world.hooks = manner as HookManner
    },
  }),
  'secondary file': row({
    weight: 2,
    draw: random => [random.pick(['gone', 'there', 'there'])],
    text: ([how]) => `the secondary file is ${how}`,
    run: (world, [how]) => {
      if (how === 'gone') world.disk.remove(files.secondary)
      else world.disk.put(files.secondary, '')
    },
  }),
  reload: row({
    weight: 3,
    draw: random => [random.between(0, 1e9)],
    text: () => 'an operator edits the files and reloads',
    run: (world, [seed]) => {
      world.writeFiles(editSite(world.site, new Random(`${Number(seed)}/edit`), world.pace))
      world.life?.daemon?.reload()
    },
  }),
  'reload a bad file': row({
    weight: 1,
    text: () => 'an operator writes nonsense and reloads',
    run: world => {
      world.disk.put(files.configFile, `${configText(world.site)}\n[master]\nhots = 1\n`)
      world.life?.daemon?.reload()
      world.later(30_000, () => world.writeFiles(world.site))
    },
  }),
  'bnfos.conf is gone': row({
    weight: 1,
    draw: random => [random.between(5, 200)],
    text: ([s], paced) => `bnfos.conf is gone for ${paced(s)} s, with reloads`,
    run: (world, [s]) => {
      world.disk.remove(files.bnfosFile)
      world.life?.daemon?.reload()
      world.later(Number(s) * 1000, () => {
        world.writeFiles(world.site)
        world.life?.daemon?.reload()
      })
    },
  }),
  force: row({
    weight: 3,
    draw: random => [random.pick(['master', 'slave', 'auto']), random.pick([0, 5, 120])],
    text: ([role, s], paced) => `an operator: --force ${role}${s === 0 ? '' : ` --for ${paced(s)}s`}`,
    run: (world, [role, s]) =>
      order(world, {
        command: 'force',
        role: role as 'master',
        forMs: s === 0 ? null : Number(s) * 1000 * world.pace,
        reason: '',
      }),
  }),
  pause: row({
    weight: 3,
    draw: random => [random.pick([0, 5, 120])],
    text: ([s], paced) => `an operator: pause${s === 0 ? '' : ` --for ${paced(s)}s`}`,
    run: (world, [s]) =>
      order(world, { command: 'pause', forMs: s === 0 ? null : Number(s) * 1000 * world.pace, reason: '' }),
  }),
  resume: row({
    weight: 4,
    text: () => 'an operator: resume',
    run: world => order(world, { command: 'resume' }),
  }),
  assert: row({
    weight: 1,
    draw: random => [random.pick(['master', 'slave'])],
    text: ([role]) => `xivo-berofos ${role}`,
    run: (world, [role]) => order(world, { command: 'assert', role: role as 'master' }),
  }),
  ...outsideActionRows,
  ...bypassActionRows,
  ...rareActionRows,
} satisfies Record<string, ActionRow>
export type ActionName = keyof typeof actionRows

/** As through the control socket; the answer may come much later, or never. */
export function order(world: World, request: Request): void {
  const { life } = world
  if (!life?.handler) return
  life.tell({ is: 'ordered', request, ok: null })
  void life.handler(request, () => {}).then(({ ok }) => life.tell({ is: 'ordered', request, ok }))
}

/** Puts everything right; `masterIsDead`: all but the master. */
export function heal(world: World, masterIsDead: boolean): void {
  world.forgetLater()
  world.serviceOn = true
  world.off = false
  world.master.state = masterIsDead ? 'silent' : 'well'
  world.master.loss = 0
  world.master.unaskable = false
  world.master.unaskableShare = 0
  world.cutOff.clear()
  world.away.clear()
  world.socketLost = false
  world.hooks = 'quick'
  world.readyIsDeadly = false
  world.syslogAway = false
  world.disk.fault = 'none'
  world.disk.put(files.secondary, '')
  for (const relay of world.relays) {
    relay.fault = 'none'
    relay.oddity = null
    relay.deaf = false
    if (relay.device.unplugged) relay.reboot()
    if (relay.mac !== null) relay.mac = world.macAt(relay.name)
  }
  world.writeFiles(world.site)
  world.life?.daemon?.reload()
  if (world.life) world.life.killIn = null
  world.boot()
}

function flap(world: World, halfMs: number, changes: number): void {
  if (changes === 0) return
  world.master.state = changes % 2 === 0 ? 'silent' : 'well'
  world.later(halfMs, () => flap(world, halfMs, changes - 1))
}

function row(part: Omit<ActionRow, 'draw'> & { draw?: ActionRow['draw'] }): ActionRow {
  return { draw: () => [], ...part }
}
