import { sendHttp } from '../alerts/http.ts'
import { loadMail, sendMail } from '../alerts/mail.ts'
import type { Senders } from '../alerts/sending.ts'
import type { Device, RememberedAddresses } from '../berofos/device.ts'
import { kick } from '../berofos/gbl4/single-commands.ts'
import { type ConfigFiles, loadFiles, type SettingsLoading } from '../config/load.ts'
import {
  type ControlServer,
  controlSocket,
  type Handler,
  isServed,
  serveControl,
  statusSocket,
} from '../control/server.ts'
import type { CheckSettings, DeviceSettings } from '../core/settings.ts'
import { probeKindOf } from '../probes/index.ts'
import { anyAnswers } from '../probes/ping.ts'
import type { ProbeKind, ProbeOnce } from '../probes/probe.ts'
import { deviceOf } from '../relays/device-of.ts'
import { askMac } from '../relays/identity.ts'
import { bootClock } from '../system/boot-clock.ts'
import { systemClock } from '../system/clock.ts'
import { type Log, type LogOptions, openLog } from '../system/logger.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../system/run-command.ts'
import { type Notify, openNotify } from '../system/sd-notify.ts'
import { type Address, type PageAt, serveWeb, type WebServer } from '../web/server.ts'
import { type StatePorts, systemStatePorts } from './state-ports.ts'

/** All through which the daemon reaches the world, so that another world can be put in its place. */
export interface Ports extends StatePorts {
  /** 0 ≤ n < 1, to spread retries. */
  readonly random: () => number
  /** The two files; what ha.conf says is asked of the disk. */
  readonly load: (files: Files) => Promise<SettingsLoading>
  readonly openLog: (options: LogOptions) => Log
  readonly openNotify: () => Notify
  readonly openDevice: (device: DeviceSettings, timeoutMs: number, remembered: RememberedAddresses) => Device
  readonly probeKind: (check: CheckSettings) => ProbeKind
  /** One probe beside those of the check; only its answer counts. */
  readonly look: (check: CheckSettings) => ProbeOnce
  /** The MAC that the berofos at this host says it has, over GBL4; null: it says nothing. Never rejects. */
  readonly askMac: (
    host: string,
    unwanted?: AbortSignal,
    remembered?: RememberedAddresses,
  ) => Promise<string | null>
  /** Whether the device echoes a kick of its watchdog in time. Never rejects. */
  readonly kick: (
    host: string,
    mac: string,
    timeoutMs: number,
    remembered?: RememberedAddresses,
  ) => Promise<boolean>
  /** Whether the host answers a ping in time. */
  readonly pings: (host: string, timeoutMs: number, signal: AbortSignal) => Promise<boolean>
  readonly run: (options: CommandOptions) => Promise<CommandResult>
  /** How alerts and pings leave. */
  readonly senders: Senders
  /** Whether another daemon serves the control socket. */
  readonly isServed: (path: string) => Promise<boolean | 'denied'>
  /** @throws when the path can't be listened on */
  readonly serve: (path: string, handle: Handler) => Promise<ControlServer>
  /** @throws when the path can't be listened on */
  readonly serveStatus: (path: string, handle: Handler) => Promise<ControlServer>
  /** @throws when the address can't be listened at */
  readonly serveWeb: (
    address: Address,
    answer: PageAt,
    names: () => ReadonlySet<string>,
  ) => Promise<WebServer>
}

export type Files = ConfigFiles

export const systemPorts: Ports = {
  ...systemStatePorts,
  random: Math.random,
  load: loadFiles,
  openLog,
  openNotify: () => openNotify(process.env, bootClock),
  openDevice: (device, timeoutMs, remembered) => deviceOf(device, timeoutMs, remembered, bootClock),
  probeKind: probeKindOf,
  look: check => probeKindOf(check).once,
  askMac,
  kick: kickWatchdog,
  pings: (host, timeoutMs, signal) => anyAnswers([host], timeoutMs, bootClock, signal),
  run: runCommand,
  senders: { http: sendHttp, mail: sendMail, loadMail },
  isServed: path => isServed(path, bootClock),
  serve: (path, handle) => serveControl(path, handle, controlSocket),
  serveStatus: (path, handle) => serveControl(path, handle, statusSocket),
  serveWeb,
}

/** Whether the berofos with this MAC echoes a kick of its watchdog in time. Never rejects. */
function kickWatchdog(
  host: string,
  mac: string,
  timeoutMs: number,
  remembered?: RememberedAddresses,
): Promise<boolean> {
  const how = { clock: systemClock, timeoutMs, ...(remembered && { remembered }) }
  return kick({ host, mac }, how).then(
    ({ ok }) => ok,
    () => false,
  )
}
