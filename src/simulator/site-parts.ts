import type { Gbl4Face } from './gbl4-face.ts'
import type { HttpFace } from './http-face.ts'
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
  readonly face: HttpFace
  /** null: it does not speak GBL4. */
  readonly gbl4: Gbl4Face | null
}

/** What there is to steer. */
export interface SiteParts {
  readonly relays: readonly SiteRelay[]
  readonly master: SimulatedMaster
}
