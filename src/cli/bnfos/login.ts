import { good, type Parsed } from '../../config/parsed.ts'
import { readBounded } from '../../config/read-bounded.ts'
import type { TypedLogin } from './options.ts'

/** `user:password` of what -u says; null: it was not given. */
export async function loginOf(typed: TypedLogin | null): Promise<Parsed<string | null>> {
  if (typed === null) return good(null)
  if ('password' in typed) return good(`${typed.user}:${typed.password}`)
  const reading = await readBounded(typed.file)
  if (reading.kind !== 'content') {
    const what = reading.kind === 'absent' ? 'there is no such file' : 'it is no file that can be read'
    return { ok: false, wrong: `-u: the password is not in ${typed.file}: ${what}` }
  }
  const [password = ''] = Buffer.from(reading.content).toString('utf8').split(/\r?\n/)
  return password === ''
    ? { ok: false, wrong: `-u: the password is not in ${typed.file}: its first line is empty` }
    : good(`${typed.user}:${password}`)
}
