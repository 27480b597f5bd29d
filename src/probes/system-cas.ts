import { readFile, stat } from 'node:fs/promises'
import type { SecureContext } from 'node:tls'

/** Where Debian keeps the certificates that the system believes (update-ca-certificates(8)). Node believes its own. */
const bundleFile = '/etc/ssl/certs/ca-certificates.crt'

/** What to believe; undefined: the system keeps no list, so that Node's own has to do. Never rejects. */
export type SystemCas = () => Promise<SecureContext | undefined>

/**
 * Reads the bundle once, and again only after it changed: an administrator may add a certificate at any time, but
 * reading the whole list takes longer than the rest of a probe.
 */
export function createSystemCas(file: string = bundleFile): SystemCas {
  let known: { readonly mark: string; readonly context: SecureContext | undefined } | null = null
  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const mark = `${mtimeMs} ${size} ${ino}`
      if (known?.mark !== mark) known = { mark, context: await contextOf(await readFile(file)) }
      return known.context
    } catch {
      return undefined
    }
  }
}

/** The one that all probes share. */
export const systemCas: SystemCas = createSystemCas()

async function contextOf(pem: Buffer): Promise<SecureContext | undefined> {
  if (!pem.includes('-----BEGIN')) return undefined
  // A daemon that never asks anybody by HTTPS is smaller without it.
  const { createSecureContext } = await import('node:tls')
  return createSecureContext({ ca: pem })
}
