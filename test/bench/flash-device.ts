import { parseGbl4 } from '../../src/simulator/gbl4-faults.ts'
import { openGbl4Server } from '../../src/simulator/gbl4-server.ts'
import { createSimulatedDevice } from '../../src/simulator/simulated-device.ts'
import { systemClock } from '../../src/system/clock.ts'

/** A virtual berofos in flash mode, in a process of its own; told in words how its datagrams fare. */
const device = createSimulatedDevice()
const server = openGbl4Server(device, { host: '127.0.0.1', port: 0, clock: systemClock, broadcasts: [] })
const { port } = await server.listen()
process.on('message', (words: string) => {
  device.flashMode = true
  const parsed = parseGbl4(words.split(' '))
  if (parsed?.ok) server.steer(parsed.steering)
  process.send?.('steered')
})
process.send?.({ port, mac: device.mac })
