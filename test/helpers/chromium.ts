import { type Browser, chromium } from 'playwright-core'
import { inPath } from './needs.ts'

/** Of a browser that asks nobody on the internet. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser of the system, without a window. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: inPath('chromium') ?? 'chromium', args })
}
