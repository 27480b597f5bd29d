import assert from 'node:assert/strict'
import { openDevice } from '../../src/berofos/http/client.ts'
import { parseFault } from '../../src/simulator/faults.ts'
import { type HttpServerOptions, openHttpServer } from '../../src/simulator/http-server.ts'
import {
  createSimulatedDevice,
  type RelayChange,
  type SimulatedDeviceOptions,
} from '../../src/simulator/simulated-device.ts'
import { systemClock } from '../../src/system/clock.ts'

/** A virtual bero*fos on a free port, and the product's client of it. */
export async function setUp(
  deviceOptions: SimulatedDeviceOptions = {},
  options: Partial<HttpServerOptions> = {},
  login = 'admin:berofos',
) {
  const changes: RelayChange[] = []
  const state = createSimulatedDevice(deviceOptions)
  const onChange = (change: RelayChange) => changes.push(change)
  const server = openHttpServer(state, {
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    onChange,
    ...options,
  })
  const { port } = await server.listen()
  const device = openDevice({ host: '127.0.0.1', port, login, timeoutMs: 400 }, systemClock)
  return {
    state,
    server,
    device,
    port,
    changes,
    url: `http://127.0.0.1:${port}`,
    async steer(words: string) {
      const parsed = parseFault(words.split(' '))
      assert.ok(parsed.ok)
      await server.steer(parsed.steering)
    },
    async outcome() {
      const reply = await device.read()
      return reply.ok ? 'read' : `${reply.error.code}${reply.error.answered ? ', answered' : ''}`
    },
    async [Symbol.asyncDispose]() {
      device.close()
      await server.close()
    },
  }
}
