import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { decodeRequest } from '../../../src/berofos/gbl4/codec.ts'
import { answerGbl4, type Gbl4Device } from '../../../src/simulator/gbl4-answers.ts'
import { createSimulatedDevice } from '../../../src/simulator/simulated-device.ts'

/** The device of the recordings, in flash mode; what it was sent, as hex, the answer to a scan left out. */
export async function openRecorder(t: TestContext, host: string, port: number): Promise<string[]> {
  const device = createSimulatedDevice({ mac: '00:19:32:00:12:1D', values: { address: host } })
  device.flashMode = true
  const at: Gbl4Device = { device, upload: null, mute: false }
  const heard: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (datagram, from) => {
    heard.push(datagram.toString('hex'))
    const request = decodeRequest(datagram)
    const answer = request && answerGbl4(at, request, 0)
    if (answer) socket.send(answer, from.port, from.address)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  t.after(() => socket.close())
  return heard
}
