import type { Clock } from '../system/clock.ts'
import type { Gbl4Server } from './gbl4-server.ts'
import type { HttpServer } from './http-server.ts'
import type { SimulatedDevice } from './simulated-device.ts'
import type { SimulatedMaster } from './simulated-master.ts'

/** One virtual berofos and where it is. */
export interface SiteRelay {
  readonly name: string
  readonly host: string
  readonly port: number
  /** `user:password`; null: it asks for none. */
  readonly login: string | null
  readonly device: SimulatedDevice
  readonly http: HttpServer
  /** null: it does not speak GBL4. */
  readonly gbl4: Gbl4Server | null
  readonly clock: Clock
}

/** As `[site] kind` of berofosd.conf. */
export type SiteKind = 'pair' | 'bypass'

/** What there is to steer. */
export interface SiteParts {
  readonly kind: SiteKind
  readonly relays: readonly SiteRelay[]
  readonly master: SimulatedMaster
}
