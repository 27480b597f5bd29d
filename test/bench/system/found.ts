import { eventually } from '../../helpers/until.ts'

/** Looks until there is something, and returns it. */
export async function found<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  let last: T | undefined
  await eventually(what, async () => {
    last = await look()
    return last !== undefined
  })
  return last as T
}
