/** sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3), systemd.exec(5): meant for the daemon alone. */
const forUsAlone = [
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'JOURNAL_STREAM',
]

/** Our environment without what the service manager told us: a command that inherits it speaks in our name. */
export function environmentForCommands(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !forUsAlone.includes(name)))
}
