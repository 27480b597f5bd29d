import { reset, setNetconf } from '../../berofos/gbl4/single-commands.ts'
import { type Call, gbl4Options } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { confirmed } from './confirm.ts'
import { askDevice, macOf } from './gbl4-device.ts'

/** `bnfos --netconf`: sets the network configuration of a device in flash mode. */
export async function configureNetwork(call: Call): Promise<boolean> {
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  const { voice, file } = call
  const named = chosen.mac !== null
  if (!named && !(await confirmed(call, `Set up ${mac}, which answers at ${chosen.host}?`))) return false
  const { address, netmask, gateway, ethernet, dhcp, httpAuth, port } = call.values
  const settings = { address, netmask, gateway, ethernet, dhcp, httpAuth, httpPort: port }
  const reply = await askDevice(chosen, mac, target => setNetconf(target, settings, gbl4Options(call)))
  if (!reply.ok) {
    voice.fail(`Setting network configuration failed! ${reply.error.text}`)
    return false
  }
  voice.say('Setting network configuration succeeded!')
  if (chosen.section !== null && address !== null && address !== chosen.host)
    voice.hint(`bnfos: bnfos --scan -x -h ${address} puts its address into ${file}, once it answers there`)
  return true
}

/** `bnfos --reset`: back to the factory state, which can't be undone. */
export async function resetDevice(call: Call): Promise<boolean> {
  const chosen = await chooseDevice(call)
  const mac = chosen && (await macOf(call, chosen))
  if (!chosen || mac === null) return false
  const { voice } = call
  if (!(await confirmed(call, `All settings of ${mac} will be lost, its address and password too.`)))
    return false
  const reply = await askDevice(chosen, mac, target => reset(target, gbl4Options(call)))
  if (reply.ok) voice.say('Reset succeeded!')
  else voice.fail(`Reset failed! ${reply.error.text}`)
  return reply.ok
}
