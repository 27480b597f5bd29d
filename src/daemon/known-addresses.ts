import type { RememberedAddresses } from '../berofos/device.ts'
import type { StateFile } from './state-file.ts'

/** More names than any site has devices; the one that answered first is dropped then. */
const most = 256

/** Where the devices that are given by name answered last: stored with the state, for a start without a name server. */
export class KnownAddresses implements RememberedAddresses {
  private readonly addresses = new Map<string, string>()

  /** @param changed something of it is to be stored */
  constructor(private readonly changed: () => void) {}

  /** Takes those of what the last run has stored, once that is loaded. */
  async load<T extends Pick<StateFile, 'addresses'>>(loading: Promise<T>): Promise<T> {
    const loaded = await loading
    for (const [host, address] of Object.entries(loaded.addresses)) this.set(host, address)
    return loaded
  }

  get(host: string): string | null {
    return this.addresses.get(host) ?? null
  }

  note(host: string, address: string): void {
    if (this.addresses.get(host) === address) return
    this.set(host, address)
    this.changed()
  }

  all(): StateFile['addresses'] {
    return Object.fromEntries(this.addresses)
  }

  private set(host: string, address: string): void {
    this.addresses.delete(host)
    this.addresses.set(host, address)
    const oldest = this.addresses.keys().next()
    if (this.addresses.size > most && !oldest.done) this.addresses.delete(oldest.value)
  }
}
