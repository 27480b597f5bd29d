import type { DeviceReply } from '../device.ts'
import { parameterNamed } from '../parameters.ts'
import { notWritable } from './failures.ts'
import { type Change, writeTarget } from './request.ts'

/** The target that writes these values (keyword → as people write it), all of one group; or why there is none. */
export function targetFor(values: Readonly<Record<string, string>>): DeviceReply<string> {
  const changes: Change[] = []
  for (const [keyword, value] of Object.entries(values)) {
    const parameter = parameterNamed(keyword)
    if (!parameter) return refusal(`a berofos has no parameter "${keyword}"`)
    const encoded = parameter.codec.encode(value)
    if (encoded === null) return refusal(`${keyword} has to be ${parameter.codec.expected}`)
    if (parameter.write === null) return refusal(`${keyword} can only be read`)
    changes.push({ parameter, value: encoded })
  }
  const target = writeTarget(changes)
  return target === null
    ? refusal(`${Object.keys(values).join(', ')} can not be written at once`)
    : { ok: true, value: target }
}

function refusal(why: string): DeviceReply<never> {
  return { ok: false, error: notWritable(why) }
}
