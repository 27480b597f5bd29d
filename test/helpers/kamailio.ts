import { execFileSync } from 'node:child_process'

/** A SIP server that answers OPTIONS with 200, over UDP and TCP. */
export const kamailioConf = (address: string, port: number) => `
debug=0
log_stderror=no
children=1
tcp_children=1
disable_tcp=no
auto_aliases=no
listen=udp:${address}:${port}
listen=tcp:${address}:${port}
loadmodule "${kamailioModules()}/sl.so"
loadmodule "${kamailioModules()}/pv.so"
request_route {
  if (method == "OPTIONS") { sl_send_reply("200", "OK"); exit; }
  sl_send_reply("405", "Method Not Allowed");
}
`

function kamailioModules(): string {
  return execFileSync('sh', ['-c', 'dirname "$(find /usr/lib -path "*kamailio/modules/sl.so" | head -1)"'])
    .toString()
    .trim()
}
