/** How the two keepalived are set up. `version3`: VRRPv3, which intervals below a second need. */
export interface Vrrp {
  readonly advertSeconds: number
  readonly version3: boolean
}

/** Of the slave: keepalived's own default; of the master: so much that it is preferred. */
export const priorities = { slave: 100, master: 150 } as const

export const notifyScript = '/etc/keepalived/lines'
/** Where the script tells, a line a run: mode, wall clock in seconds, how many devices were not switched. */
export const notifyTold = '/run/lines.told'

export function masterConf(vrrp: Vrrp): string {
  return `${globals(vrrp)}${instance('MASTER', priorities.master, vrrp, '')}`
}

export function backupConf(vrrp: Vrrp): string {
  const notify = `  notify_master "${notifyScript} 0"\n  notify_backup "${notifyScript} 1"\n`
  return `${globals(vrrp)}${instance('BACKUP', priorities.slave, vrrp, notify)}`
}

/** How the notify script tells a device, whose name and address are `$1` and `$2`, to take the mode `$mode`. */
const notifyWays = {
  /** By our own program, a Node for each. */
  bnfos: 'bnfos --set "mode=$mode" -f "$1"',
  /** By the shell itself, the fastest: it starts no program. Told when the device has answered with 200. */
  shell: `exec 3<>"/dev/tcp/$2/80" &&
    printf 'GET /?cmd=4&mode=%s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' "$mode" "$2" >&3 &&
    read -r _ status _ <&3 && [ "$status" = 200 ]`,
} as const
export type NotifyWay = keyof typeof notifyWays

/** As a careful operator writes it: no device waits for another. `hosts`: of fos1, fos2, … */
export function notifyScriptText(hosts: readonly string[], way: NotifyWay): string {
  const devices = hosts.map((host, index) => `fos${index + 1}=${host}`).join(' ')
  return `#!/bin/bash
mode=$1
failed=0
pids=()
tell() {
  ${notifyWays[way]}
}
for device in ${devices}; do
  tell "\${device%%=*}" "\${device#*=}" &
  pids+=($!)
done
for pid in "\${pids[@]}"; do
  wait "$pid" || failed=$((failed + 1))
done
echo "$mode $EPOCHREALTIME $failed" >>${notifyTold}
`
}

function globals({ version3 }: Vrrp): string {
  const version = version3 ? '  vrrp_version 3\n' : ''
  return `global_defs {\n  enable_script_security\n  script_user root\n${version}}\n`
}

function instance(state: string, priority: number, { advertSeconds }: Vrrp, notify: string): string {
  return `vrrp_instance lines {
  state ${state}
  interface eth0
  virtual_router_id 51
  priority ${priority}
  advert_int ${advertSeconds}
  virtual_ipaddress {
    10.34.1.100/24
  }
${notify}}
`
}
