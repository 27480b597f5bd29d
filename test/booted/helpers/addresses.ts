/** Of the hosts of the bridge; of the virtual berofos it is the first one's. */
export const addresses = {
  gateway: '10.34.1.1',
  master: '10.34.1.10',
  slave: '10.34.1.11',
  relays: '10.34.1.20',
} as const

export type Host = keyof typeof addresses
