/** nodemailer brings no types; this is the part in use. */
declare module 'nodemailer' {
  import type { Socket } from 'node:net'

  interface Mail {
    readonly from: string
    readonly to: readonly { readonly name: string; readonly address: string }[]
    readonly subject: string
    readonly text: string
    readonly headers: Readonly<Record<string, string>>
    readonly disableFileAccess: true
    readonly disableUrlAccess: true
  }

  interface Transport {
    readonly host: string
    readonly port: number
    readonly secure: boolean
    readonly tls: { readonly rejectUnauthorized: boolean; readonly servername?: string }
    readonly getSocket: (
      options: unknown,
      done: (error: Error | null, socket?: { readonly connection: Socket }) => void,
    ) => void
  }

  const nodemailer: {
    createTransport(transport: Transport): {
      sendMail(mail: Mail): Promise<{ readonly rejected?: readonly string[] }>
    }
  }
  export = nodemailer
}
