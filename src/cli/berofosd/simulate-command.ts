import { command } from '../command.ts'
import { simulateOptions } from './simulate-options.ts'

export const simulateCommand = command({
  name: 'simulate',
  synopsis: '[--relays N] … | --tell SOCKET WORDS',
  help: 'Virtual berofos and a virtual master, on loopback',
  notes: [
    "While it runs it takes steering lines on stdin: 'relay 3 hang', 'relay 2 slow 500ms', 'relay all none', 'relay 1 hand 0', 'relay 4 page 6_wen=2', 'relay 4 trip 2', 'master dead', 'master sip alive', 'show', 'quit'; 'help' lists all.",
    'A port below 1024 needs root.',
  ],
  options: simulateOptions,
  words: 'WORDS',
  run: async call => (await import('./simulate.ts')).simulate(call),
})
