import type { Clock } from '../system/clock.ts'
import type { Page, PageAt } from '../web/server.ts'

/** As old as a page may be, milliseconds: many browsers and monitors that ask at once cost as much as one. */
const freshMs = 1000

/** Makes each page at most once in `freshMs`, unless it says that it is made anew each time or is an error. */
export function cachedPages(clock: Pick<Clock, 'mono'>, make: PageAt): PageAt {
  const pages = new Map<string, { readonly page: Page; readonly atMs: number }>()
  return path => {
    const nowMs = clock.mono()
    const kept = pages.get(path)
    if (kept && nowMs - kept.atMs < freshMs) return kept.page
    const page = make(path)
    // Only paths that there are: those that anybody may make up would fill the memory.
    if (page.code === 200 && !page.alwaysNew) pages.set(path, { page, atMs: nowMs })
    else pages.delete(path)
    return page
  }
}
