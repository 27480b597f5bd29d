/**
 * Takes the place of `node:test` while mutants are tried: the same tests, one after the other, ended by the first that
 * fails. node:test itself would run all of them, and start a process for each file.
 */

type Body = (t: Context) => unknown
interface Context {
  readonly after: (clean: () => unknown) => void
  readonly diagnostic: (text: string) => void
}
interface Test {
  readonly title: string
  readonly body: Body
}

let titles: string[] = []
let queue: Test[] = []

export function describe(title: string, body: () => void): void {
  titles.push(title)
  body()
  titles.pop()
}

export function it(
  title: string,
  ...rest: [body: Body] | [options: { readonly skip?: unknown }, body: Body]
): void {
  const [options, body = options as Body] = rest
  if ('skip' in options && options.skip) return
  queue.push({ title: [...titles, title].join(': '), body })
}
export const test = it

/** What has to be done before the tests that follow. */
export function before(body: Body): void {
  it('before', body)
}

/** Loads one test file and runs what it registers. Throws a `TestFailure` at the first test that fails. */
export async function runFile(path: string, load: () => Promise<unknown>): Promise<void> {
  titles = []
  queue = []
  await load()
  for (const { title, body } of queue) await runTest(`${path}: ${title}`, body)
}

async function runTest(title: string, body: Body): Promise<void> {
  const cleaners: (() => unknown)[] = []
  try {
    await body({ after: clean => cleaners.push(clean), diagnostic: () => {} })
    for (const clean of cleaners.reverse()) await clean()
  } catch (error) {
    process.stdout.write(`failed: ${title}\n${error}\n`, () => process.exit(1))
    await new Promise(() => {})
  }
}
