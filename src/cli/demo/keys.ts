import type { Status } from '../../status/status-json.ts'

/** What whoever plays has broken by key. */
export interface Broken {
  readonly masterDead: boolean
  readonly relayHangs: boolean
  readonly isolated: boolean
}

export const nothingBroken: Broken = { masterDead: false, relayHangs: false, isolated: false }

/** What a key does: something to the virtual site, an operator's command, or the end. */
type KeyAct =
  | { readonly kind: 'break'; readonly broken: Broken; readonly lines: readonly string[] }
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'quit' }

/** fos3 alone, as in the story. */
const hangingRelay = 3

/** null: this key does nothing. `status`: what the daemon last said; null: it does not answer. */
export function actOfKey(key: string, broken: Broken, status: Status | null): KeyAct | null {
  switch (key) {
    case 'm':
      return breaking(broken, { masterDead: !broken.masterDead })
    case 'r':
      return breaking(broken, { relayHangs: !broken.relayHangs })
    case 'i':
      return breaking(broken, { isolated: !broken.isolated })
    case 'f':
      return { kind: 'command', args: ['--force', isPinned(status) ? 'auto' : 'slave'] }
    case 'q':
    case ctrlC:
    case ctrlD:
      return { kind: 'quit' }
  }
  return null
}

// In raw mode a terminal sends these as characters.
const ctrlC = '\x03'
const ctrlD = '\x04'

/** What each key does next, on one line. */
export function keysText(broken: Broken, status: Status | null): string {
  return [
    broken.masterDead ? 'm revive master' : 'm kill master',
    broken.relayHangs ? `r heal fos${hangingRelay}` : `r hang fos${hangingRelay}`,
    broken.isolated ? 'i reconnect' : 'i isolate',
    isPinned(status) ? 'f force auto' : 'f force slave',
    'q quit',
  ].join('  ')
}

function isPinned(status: Status | null): boolean {
  return status?.phase === 'forced'
}

/** The steering lines for what is different then: what stays as it is, is not told again. */
function breaking(before: Broken, change: Partial<Broken>): KeyAct {
  const broken = { ...before, ...change }
  const isNew = (lines: readonly string[], old: readonly string[]) => lines.join() !== old.join()
  const relays = isNew(relayLines(broken), relayLines(before)) ? relayLines(broken) : []
  const master = masterLine(broken) === masterLine(before) ? [] : [masterLine(broken)]
  return { kind: 'break', broken, lines: [...relays, ...master] }
}

function relayLines({ isolated, relayHangs }: Broken): string[] {
  if (isolated) return ['relay all unreachable']
  return ['relay all none', ...(relayHangs ? [`relay ${hangingRelay} hang`] : [])]
}

function masterLine({ isolated, masterDead }: Broken): string {
  if (isolated) return 'master silent'
  return masterDead ? 'master dead' : 'master alive'
}
