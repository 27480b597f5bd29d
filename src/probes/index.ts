import type { CheckSettings, CheckType } from '../core/settings.ts'
import { probeCommand } from './command.ts'
import { pingOnce } from './ping.ts'
import { pingStream } from './ping-stream.ts'
import type { ProbeKind, ProbeOnce } from './probe.ts'
import { probeSip } from './sip-options.ts'
import { probeTcp } from './tcp.ts'

type CheckOf<T extends CheckType> = Extract<CheckSettings, { readonly type: T }>

/** One row a kind of check; a kind without its row does not compile. */
const probeKinds: { readonly [T in CheckType]: ProbeKind<CheckOf<T>> } = {
  ping: { once: pingOnce, stream: pingStream },
  tcp: { once: probeTcp },
  http: { once: probeHttpLazily },
  sip: { once: probeSip },
  command: { once: probeCommand },
}

/** The row of a check whose type is not known here; call it with that very check. */
export function probeKindOf(check: CheckSettings): ProbeKind {
  // Sound: the row is chosen by the type of the check that it will be given.
  return probeKinds[check.type] as unknown as ProbeKind
}

/**
 * Loads what a probe loads at its first try. For who runs for long: an upgrade takes the files away under a program
 * that runs, and a check that comes by a reload would find them no more.
 */
export async function loadProbes(): Promise<void> {
  await loadHttp()
}

/** undici takes time to load: of the commands only who asks by HTTP pays. */
async function probeHttpLazily(
  ...[check, clock, signal]: Parameters<ProbeOnce<CheckOf<'http'>>>
): ReturnType<ProbeOnce> {
  const { probeHttp } = await loadHttp()
  return probeHttp(check, clock, signal)
}

let http: Promise<typeof import('./http.ts')> | undefined

/** Held here, since Node looks at the file again for an import() of another place, loaded or not. */
function loadHttp(): Promise<typeof import('./http.ts')> {
  http ??= import('./http.ts')
  return http
}
