/**
 * Asks the same thing once at a time: while an answer for a path is outstanding, whoever asks again waits for it too. A
 * file system that hangs then keeps one of the few threads for each path, however often it is asked.
 */
export function oneAtATime<A extends readonly unknown[], T>(
  ask: (path: string, ...rest: A) => Promise<T>,
): (path: string, ...rest: A) => Promise<T> {
  const open = new Map<string, Promise<T>>()
  return (path, ...rest) => {
    const asked = open.get(path) ?? ask(path, ...rest).finally(() => open.delete(path))
    open.set(path, asked)
    return asked
  }
}
