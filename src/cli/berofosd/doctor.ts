import { loadSettings } from '../../config/load.ts'
import type { Settings } from '../../core/settings.ts'
import { type Clock, systemClock } from '../../system/clock.ts'
import { type ExitCode, exitCodes } from '../../system/exit-codes.ts'
import type { Call } from '../command.ts'
import { eachSecond } from '../each-second.ts'
import { examineDevice } from './doctor-device.ts'
import { type DeviceReport, worstOf } from './doctor-items.ts'
import { examineNode } from './doctor-node.ts'
import type { doctorOptions } from './doctor-options.ts'
import { type Diagnosis, diagnosisPanel } from './doctor-panel.ts'
import { filesOf } from './options.ts'

/** Each berofos's settings against what HA needs, and this node's. 0: all as HA needs it, 1: not. */
export async function doctor({ values, output }: Call<typeof doctorOptions>): Promise<ExitCode> {
  const files = filesOf(values)
  const loaded = await loadSettings(files)
  if (!loaded.ok) {
    for (const problem of loaded.problems) output.complain(problem)
    return exitCodes.badConfiguration
  }
  const { settings, warnings } = loaded
  const [devices, node] = await Promise.all([
    examineDevices(settings, values.fix, systemClock, text => output.complain(`… ${text}`)),
    examineNode(settings, { bnfosFile: files.bnfosFile, warnings }),
  ])
  const diagnosis = { devices, node }
  const ok = isAsNeeded(diagnosis)
  const lines = values.json ? [JSON.stringify({ ok, ...diagnosis })] : diagnosisPanel(diagnosis, output)
  for (const line of lines) output.print(line)
  return ok ? exitCodes.done : exitCodes.failed
}

function isAsNeeded({ devices, node }: Diagnosis): boolean {
  return worstOf([...devices.flatMap(({ items }) => items), ...node]) !== 'bad'
}

/** All at the same time; `say` tells each second how far they are. */
async function examineDevices(
  { devices, relays }: Settings,
  fix: boolean,
  clock: Clock,
  say: (text: string) => void,
): Promise<DeviceReport[]> {
  const all = devices ?? []
  let done = 0
  const ended = new AbortController()
  const reported = eachSecond(clock, ended.signal, () => say(`${done} of ${all.length} berofos examined`))
  const reports = await Promise.all(
    all.map(async device => {
      const report = await examineDevice(device, { clock, fix, all, timeoutMs: relays.timeoutMs })
      done += 1
      return report
    }),
  )
  ended.abort()
  await reported
  return reports
}
