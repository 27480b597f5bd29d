import { isIP } from 'node:net'
import type { LogSettings } from '../core/settings.ts'
import { hostForm, isHost, splitHostPort } from './host-name.ts'
import { good, malformed, unfit, unfitAddress } from './parsed.ts'
import type { Kind } from './value-kinds.ts'

export const host: Kind<string> = {
  form: hostForm,
  read: text => (isHost(text) ? good(text) : unfitAddress(text, 'malformed', hostForm)),
}

/** Hosts with commas between them; empty: none. */
export const hostList: Kind<readonly string[]> = {
  form: 'hosts with commas between them, or empty',
  read(text) {
    const hosts = text === '' ? [] : text.split(',').map(part => part.trim())
    const wrong = hosts.find(host => !isHost(host))
    if (wrong === undefined) return good(hosts)
    return wrong === ''
      ? malformed('holds an empty host', hostList.form)
      : unfitAddress(wrong, 'no host', hostList.form)
  },
}

/** http or https, without a login in it. */
export const url: Kind<string> = {
  form: 'an http:// or https:// URL without a login in it',
  read(text) {
    if (!URL.canParse(text)) return unfitAddress(text, 'not a URL', url.form)
    const { protocol, username, password } = new URL(text)
    if (username !== '' || password !== '') return malformed('holds a login', url.form)
    return /^https?:$/.test(protocol) ? good(text) : unfit(protocol.slice(0, -1), 'another scheme', url.form)
  },
}

export const path: Kind<string> = {
  form: 'an absolute path',
  read: text =>
    text.startsWith('/') ? good(text) : unfit(text, 'not an absolute path', 'one that begins with /'),
}

/** sockaddr_un holds 108 bytes, the last one 0: unix(7). */
const longestSocketPath = 107

export const socketPath: Kind<string> = {
  form: `an absolute path of at most ${longestSocketPath} bytes`,
  read: text =>
    text.startsWith('/') && Buffer.byteLength(text) <= longestSocketPath
      ? good(text)
      : unfit(text, 'no path of a socket', socketPath.form),
}

export const socketPathOrNone: Kind<'none' | { readonly path: string }> = {
  form: `${socketPath.form}, or none`,
  read(text) {
    if (text.toLowerCase() === 'none') return good('none')
    const path = socketPath.read(text)
    return path.ok ? good({ path: path.value }) : unfit(text, 'no path of a socket', socketPathOrNone.form)
  },
}

export const syslogTarget: Kind<LogSettings['syslog']> = {
  form: 'the absolute path of a socket, udp://host:port or none',
  read(text) {
    if (text.toLowerCase() === 'none') return good('none')
    const socket = socketPath.read(text)
    if (socket.ok) return good({ path: socket.value })
    const target = text.startsWith('udp://') ? splitHostPort(text.slice(6)) : null
    return target !== null && isHost(target.host)
      ? good(target)
      : unfitAddress(text, 'malformed', syslogTarget.form)
  },
}

export const listenAddress: Kind<{ readonly host: string; readonly port: number }> = {
  form: 'an IP address and a port, such as 127.0.0.1:9427 or [::1]:9427',
  read(text) {
    const address = splitHostPort(text)
    // A name would have to be looked up, at the start and at the end, too.
    const isNumeric = address !== null && isIP(address.host) !== 0
    return isNumeric ? good(address) : unfitAddress(text, 'malformed', listenAddress.form)
  },
}
