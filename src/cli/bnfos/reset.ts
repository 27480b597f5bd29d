import { reset } from '../../berofos/gbl4/device.ts'
import { type Call, gbl4Options } from './call.ts'
import { chooseDevice } from './chosen-device.ts'
import { confirmed } from './confirm.ts'
import { askDevice, macOf } from './gbl4-device.ts'

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
