import { command, type Program } from '../command.ts'
import { version } from '../version.ts'
import { doctorOptions } from './doctor-options.ts'
import {
  checkOptions,
  commonOptions,
  forceOptions,
  historyOptions,
  orderOptions,
  statusOptions,
} from './options.ts'
import { simulateCommand } from './simulate-command.ts'

/** Every command of berofosd. Each loads only what it needs: `status` is run often. */
export const berofosd: Program = {
  name: 'berofosd',
  version,
  about: 'watches a master server and drives bero*fos failover switches',
  common: commonOptions,
  commands: [
    command({
      name: 'run',
      synopsis: '',
      help: 'The daemon, in the foreground',
      notes: ['SIGHUP reads the configuration again, SIGTERM ends it. Neither switches anything.'],
      options: commonOptions,
      run: async call => (await import('./run.ts')).run(call),
    }),
    command({
      name: '--force',
      synopsis: 'master|slave|auto [--for TIME] [--reason TEXT]',
      help: 'Pin the lines to one server; auto: decide again',
      notes: [
        'Returns when every relay has been read back. While a role is pinned, automatic failover is off.',
        'Without a daemon it drives the relays once, itself, and stores the pin for the next start.',
        "Without the dashes, such as 'berofosd force slave', it is the same.",
      ],
      options: forceOptions,
      run: async call => (await import('./force.ts')).force(call),
    }),
    command({
      name: 'pause',
      synopsis: '[--for TIME] [--reason TEXT]',
      help: 'Decide nothing, switch nothing; relays stay as they are',
      options: orderOptions,
      run: async call => (await import('./pause.ts')).pause(call),
    }),
    command({
      name: 'resume',
      synopsis: '',
      help: 'End pause, override and a held failback',
      notes: ['When the lines move at once for it, it returns when every relay has been read back.'],
      options: commonOptions,
      run: async call => (await import('./pause.ts')).resume(call),
    }),
    command({
      name: 'reload',
      synopsis: '',
      help: 'Read the configuration again, and say what came of it',
      notes: [
        'Exit status 0: the files are in force, and what changed is said. 1: a file is invalid, each problem is a line on stderr, and the old configuration stays in force. Nothing is switched either way.',
      ],
      options: commonOptions,
      run: async call => (await import('./reload.ts')).reload(call),
    }),
    command({
      name: 'status',
      synopsis: '[--json] [--watch]',
      help: 'Who has the lines, and whether all is well',
      notes: [
        'Exit status 0: lines at the master, every relay confirmed, automatic failover on. 1: anything else, said in the first lines. 3: no daemon.',
      ],
      options: statusOptions,
      run: async call => (await import('./status.ts')).status(call),
    }),
    command({
      name: 'history',
      synopsis: '[-n COUNT] [--json]',
      help: 'What was decided and switched, latest last',
      options: historyOptions,
      run: async call => (await import('./history.ts')).history(call),
    }),
    command({
      name: 'check',
      synopsis: '[--json]',
      help: 'Every health check once, now',
      notes: ['Exit status 0: every required check answered, the master is healthy. 1: it is not.'],
      options: checkOptions,
      run: async call => (await import('./check.ts')).check(call),
    }),
    command({
      name: 'doctor',
      synopsis: '[--fix] [--json]',
      help: "Each berofos's settings against what HA needs",
      notes: [
        'Asks every device over HTTP and GBL4, with a daemon or without. --fix writes wdog, wdogdef, modedef and scenario where they differ, reads them back and tells what else changed; a change of scenario may move lines C--D.',
        'Exit status 0: all as HA needs it. 1: not. What could only be better is marked, and no failure.',
      ],
      options: doctorOptions,
      run: async call => (await import('./doctor.ts')).doctor(call),
    }),
    command({
      name: 'check-config',
      synopsis: '',
      help: 'Check both files; also prints the worst-case detection time',
      notes: ['Exit status 78 when a file is invalid: every problem is a line on stderr.'],
      options: commonOptions,
      run: async call => (await import('./check-config.ts')).checkConfig(call),
    }),
    simulateCommand,
  ],
}
