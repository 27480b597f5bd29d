import type { Facts, NodeCode, Observation, Observer } from './facts.ts'

/** Findings of this node itself. The detail is what the part that knows of it has reported. */
export const nodeObservers = {
  'state-unsaved': reported(
    'state-unsaved',
    detail => `the state can't be saved, a restart would forget what is new: ${detail}`,
  ),
  'files-invalid': reported(
    'files-invalid',
    detail =>
      `the files on disk are not what is in force: ${detail}: see 'berofosd check-config', then 'systemctl reload berofosd'`,
  ),
  'decision-failed': reported(
    'decision-failed',
    detail => `a decision failed: ${detail}: see the log, then 'systemctl restart berofosd'`,
  ),
  'state-lost': ({ state: { loss } }) =>
    loss
      ? [
          {
            subject: '',
            sinceWall: loss.atWall,
            text: `the stored state was damaged (${loss.what}): see that all is as you want it, then 'berofosd resume'`,
          },
        ]
      : [],
  'role-adopted': () => [],
  'log-lost': reported('log-lost', detail => `${detail}: see that the syslog of [log] syslog runs`),
  'alert-undelivered': reported('alert-undelivered', detail => `an alert was not delivered: ${detail}`),
  'other-program': reported('other-program', detail => detail),
  'master-stood-still': reported('master-stood-still', detail => detail),
} satisfies Readonly<Record<NodeCode | 'role-adopted' | 'state-lost', Observer>>

function reported(code: NodeCode, textOf: (detail: string, subject: string) => string): Observer {
  return ({ node }: Facts): readonly Observation[] =>
    Object.entries(node[code] ?? {}).map(([subject, detail]) => ({ subject, text: textOf(detail, subject) }))
}
