/** A newcomer is not dropped before it had this long to say what it wants. */
const graceMs = 50
/** Newcomers above the limit that may wait for their grace; what comes on top of them is turned away. */
const mostOverLimit = 3

/**
 * The places of a server's clients. When they are taken, a newcomer gets the place of the client that has been idle for
 * longest, so that clients that only hold a place lock nobody out. One whose request is being carried out keeps its place.
 */
export class ClientPlaces<C extends { destroy(): unknown }> {
  /** Since when each is idle, by `now`; the longest first. */
  private readonly idle = new Map<C, number>()
  private readonly busy = new Set<C>()

  constructor(
    private readonly most: number,
    /** Monotonic, milliseconds. */
    private readonly now: () => number,
  ) {}

  /** A client has come; false: it was turned away. */
  enter(client: C): boolean {
    this.idle.set(client, this.now())
    while (this.size > this.most && this.dropLongestIdle());
    if (this.size <= this.most * (1 + mostOverLimit)) return true
    this.leave(client)
    client.destroy()
    return false
  }

  /** Its request is being carried out from now on. */
  begin(client: C): void {
    if (this.idle.delete(client)) this.busy.add(client)
  }

  /** It has its answer. */
  end(client: C): void {
    if (this.busy.delete(client)) this.idle.set(client, this.now())
  }

  leave(client: C): void {
    this.idle.delete(client)
    this.busy.delete(client)
  }

  /** Drops all of them. */
  clear(): void {
    for (const client of [...this.idle.keys(), ...this.busy]) client.destroy()
    this.idle.clear()
    this.busy.clear()
  }

  get size(): number {
    return this.idle.size + this.busy.size
  }

  private dropLongestIdle(): boolean {
    const [longest] = this.idle
    if (longest === undefined) return false
    const [client, since] = longest
    if (this.now() - since < graceMs) return false
    this.leave(client)
    client.destroy()
    return true
  }
}
