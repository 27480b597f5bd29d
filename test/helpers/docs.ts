import { renderReference } from '../../src/config/reference.ts'
import { type PhaseChange, stateMachinePage } from '../../src/core/state-diagram.ts'
import { explore, explored } from './explore.ts'

/** Every document that is printed from the program: path from the project's root → text. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    'docs/configuration.md': renderReference(),
    'docs/state-machine.md': stateMachinePage(phaseChanges()),
  }
}

function phaseChanges(): PhaseChange[] {
  const changes: PhaseChange[] = []
  for (const settings of Object.values(explored))
    explore(settings, ({ before, after }) => {
      const known = changes.some(c => c.from === before.phase && c.to === after.phase)
      if (!known) changes.push({ from: before.phase, to: after.phase })
    })
  return changes
}
