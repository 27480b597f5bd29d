/** How much trouble is taken to make an input small. */
interface ShrinkLimits {
  readonly tries: number
  readonly ms: number
}

const usual: ShrinkLimits = { tries: 600, ms: 20_000 }

/**
 * A shorter input for which `fails` still holds: pieces are left out, ever smaller ones, then bytes made plain (delta
 * debugging, Zeller 1999).
 */
export async function shrink(
  input: Buffer,
  fails: (input: Buffer) => Promise<boolean>,
  limits: ShrinkLimits = usual,
): Promise<Buffer> {
  const end = performance.now() + limits.ms
  let tries = 0
  const stillFails = async (candidate: Buffer) => {
    tries += 1
    return tries <= limits.tries && performance.now() < end && (await fails(candidate))
  }
  let small = input
  for (let size = Math.ceil(small.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < small.length; ) {
      const shorter = Buffer.concat([small.subarray(0, at), small.subarray(at + size)])
      if (await stillFails(shorter)) small = shorter
      else at += size
    }
  return plainer(small, stillFails)
}

async function plainer(input: Buffer, fails: (input: Buffer) => Promise<boolean>): Promise<Buffer> {
  let plain = input
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === plainByte) continue
    const candidate = Buffer.from(plain)
    candidate[at] = plainByte
    if (await fails(candidate)) plain = candidate
  }
  return plain
}

const plainByte = 'a'.charCodeAt(0)
