/**
 * A berofos over GBL4, the datagrams that work without any login and without a right address: found, set up,
 * flashed, pinged. Every call ends by its time-out, and what goes wrong is a value.
 */

export { type FlashOptions, type FlashProgress, type FlashReport, flash, mostFileBytes } from './flash.ts'
export { parseMac } from './layout.ts'
export type { Gbl4Error, Gbl4ErrorCode, Gbl4Options, Gbl4Reply, Gbl4Target } from './reply.ts'
export { type FoundDevice, readNetconf, type ScanOptions, scan } from './scan.ts'
export { classNetmask, kick, type NetconfSettings, ping, reset, setNetconf } from './single-commands.ts'
