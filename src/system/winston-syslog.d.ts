/** winston-syslog brings no types; this is the part in use. */
declare module 'winston-syslog' {
  import type { Writable } from 'node:stream'

  interface ProduceOptions {
    facility: number
    severity: string
    host: string
    appName: string
    pid: number
    date: Date
    message: string
  }

  export class Syslog extends Writable {
    constructor(options: {
      protocol: string
      path: string
      app_name: string
      facility: string
      type: 'BSD'
      localhost: string
    })
    log(info: unknown, callback: () => void): void
    close(): void
    readonly producer: { produce(options: ProduceOptions): string }
  }
}
