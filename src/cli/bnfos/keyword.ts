import { type Parameter, parameterNamed, parameters } from '../../berofos/parameters.ts'
import { good, type Parsed } from '../../config/parsed.ts'

/** The parameter that was typed; else a sentence with the cure. */
export async function parameterTyped(typed: string): Promise<Parsed<Parameter>> {
  const parameter = parameterNamed(typed)
  if (parameter) return good(parameter)
  // Only here: it is needed for mistakes alone.
  const { nearestName } = await import('../../config/nearest-name.ts')
  const names = parameters.map(({ keyword }) => keyword)
  const near = nearestName(typed, names)
  const shown = /^[\w.-]{1,30}$/.test(typed) ? `"${typed}"` : 'that'
  return {
    ok: false,
    wrong: `a berofos has no parameter ${shown}${near ? `, did you mean ${near}?` : `: it has ${names.join(', ')}`}`,
  }
}
