/**
 * What Node 18 has, the oldest that the programs run on, but neither ES2022 nor its types declare. The compiler knows
 * nothing newer, so that a call that is missing there does not compile.
 */

interface Array<T> {
  findLast(predicate: (value: T, index: number) => unknown): T | undefined
  findLastIndex(predicate: (value: T, index: number) => unknown): number
}

interface ReadonlyArray<T> {
  findLast(predicate: (value: T, index: number) => unknown): T | undefined
  findLastIndex(predicate: (value: T, index: number) => unknown): number
}

declare namespace NodeJS {
  interface Process {
    /** What keeps the event loop alive, by the name of its kind. Since 16.14. */
    getActiveResourcesInfo(): string[]
  }
}
