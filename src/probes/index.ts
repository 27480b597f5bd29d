import type { CheckSettings, CheckType } from '../core/settings.ts'
import { pingOnce } from './ping.ts'
import { pingStream } from './ping-stream.ts'
import type { ProbeKind, ProbeOnce } from './probe.ts'
import { probeSip } from './sip-options.ts'
import { probeTcp } from './tcp.ts'

type CheckOf<T extends CheckType> = Extract<CheckSettings, { readonly type: T }>

/** One row a kind of check; a kind without its row does not compile. */
export const probeKinds: { readonly [T in CheckType]: ProbeKind<CheckOf<T>> } = {
  ping: { once: pingOnce, stream: pingStream },
  tcp: { once: probeTcp },
  http: { once: probeHttpLazily },
  sip: { once: probeSip },
}

/** The row of a check whose type is not known here; call it with that very check. */
export function probeKindOf(check: CheckSettings): ProbeKind {
  // Sound: the row is chosen by the type of the check that it will be given.
  return probeKinds[check.type] as unknown as ProbeKind
}

/** undici costs 100 ms to load: only who asks by HTTP pays. */
async function probeHttpLazily(
  ...[check, clock, signal]: Parameters<ProbeOnce<CheckOf<'http'>>>
): ReturnType<ProbeOnce> {
  const { probeHttp } = await import('./http.ts')
  return probeHttp(check, clock, signal)
}
