import { stat } from 'node:fs/promises'
import type { Server } from 'node:net'
import type { Clock, Timer } from '../system/clock.ts'

/** How often the socket is looked for. */
const lookMs = 2000

/**
 * Keeps a unix socket reachable: one whose file was removed is made anew within two seconds, since nobody could ask or
 * order anything. Clients that are connected stay.
 */
export class KeptListener {
  private timer: Timer | null = null
  private closed = false

  /** `open`: makes a server that listens at `path`. */
  constructor(
    private server: Server,
    private readonly path: string,
    private readonly open: () => Promise<Server>,
    private readonly clock: Clock,
  ) {
    this.lookLater()
  }

  async close(): Promise<void> {
    this.closed = true
    this.timer?.cancel()
    await ended(this.server)
  }

  private lookLater(): void {
    if (!this.closed) this.timer = this.clock.after(lookMs, () => void this.look())
  }

  private async look(): Promise<void> {
    const isGone = await stat(this.path).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (isGone && !this.closed) await this.reopen()
    this.lookLater()
  }

  /** The old one is closed first: closing removes whatever is at its path. */
  private async reopen(): Promise<void> {
    this.server.close()
    const server = await this.open().catch(() => null)
    if (server === null) return
    this.server = server
    if (this.closed) server.close()
  }
}

function ended(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
