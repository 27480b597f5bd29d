/** Datagrams as they were seen on the wire, the bytes apart: prefix, command, payload, checksum. */

export const mac = '00:19:32:00:12:1D'

const bytes = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')

/** What the vendor's tool sent. */
export const requests = {
  getNetconf: { datagram: bytes('47424c04', '01', '4c'), fields: {} },
  ping: { datagram: bytes('47424c04', '09', '00193200121d', '0000', '60'), fields: { mac, number: 0 } },
  kick: { datagram: bytes('47424c04', '0b', '00193200121d', '00', '62'), fields: { mac, zero: 0 } },
  reset: { datagram: bytes('47424c04', '05', '00193200121d', '6c'), fields: { mac } },
  setNetconf: {
    datagram: bytes(
      ...['47424c04', '02', '00193200121d'],
      // address, netmask, gateway, phyconf auto, options none, HTTP port
      ...['0a220114', 'ffffff00', '0a220101', '03', '00', '0050'],
      'd2',
    ),
    fields: {
      mac,
      address: '10.34.1.20',
      netmask: '255.255.255.0',
      gateway: '10.34.1.1',
      phyconf: 3,
      options: 0,
      httpPort: 80,
    },
  },
  flashPrep: {
    datagram: bytes('47424c04', '03', '00193200121d', '0003', 'ff', '96'),
    fields: { mac, pages: 3, crc: 0xff },
  },
  // One byte of data and its padding; made by hand after the reference.
  flashPage: {
    datagram: bytes('47424c04', '04', '00193200121d', '0002', `ff${'00'.repeat(511)}`, '90'),
    fields: { mac, index: 2, data: Buffer.concat([Buffer.of(0xff), Buffer.alloc(511)]) },
  },
} as const

/** What a device says to them, put together by hand after the layout of the reference and its printed scan. */
export const answers = {
  getNetconf: {
    datagram: bytes(
      ...['47424c04', '01', '00193200121d'],
      // hwmagic, bootloader 1.2, firmware 1.53, operational
      ...['0050', '0102', '0135', '00'],
      // address, netmask, gateway
      ...['0a220114', 'ffffff00', '0a220101'],
      // PROBE_AUTO, LINK_BEAT | LINK_100MBIT | LINK_FDX, OPT_HTTP_AUTH, HTTP port
      ...['ff', '07', '02', '0050'],
      '4f',
    ),
    fields: {
      mac,
      hwmagic: 0x0050,
      bootMajor: 1,
      bootMinor: 2,
      firmwareMajor: 1,
      firmwareMinor: 53,
      devmode: 0,
      address: '10.34.1.20',
      netmask: '255.255.255.0',
      gateway: '10.34.1.1',
      phyconf: 0xff,
      phystate: 0x07,
      options: 0x02,
      httpPort: 80,
    },
  },
  setNetconf: { datagram: bytes('47424c04', '02', '00193200121d', '00', '6b'), fields: { mac, errcode: 0 } },
  reset: { datagram: bytes('47424c04', '05', '00193200121d', '01', '6d'), fields: { mac, errcode: 1 } },
  ping: { datagram: requests.ping.datagram, fields: requests.ping.fields },
  kick: { datagram: requests.kick.datagram, fields: requests.kick.fields },
  flashPrep: { datagram: bytes('47424c04', '03', '4e'), fields: { payload: Buffer.alloc(0) } },
  flashPage: {
    datagram: bytes('47424c04', '04', '00193200121d', '6d'),
    fields: { payload: Buffer.from('00193200121d', 'hex') },
  },
} as const
