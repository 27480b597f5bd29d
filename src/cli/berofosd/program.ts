import { command, type Program } from '../command.ts'
import { version } from '../version.ts'
import {
  checkOptions,
  commonOptions,
  doctorOptions,
  forceOptions,
  historyOptions,
  orderOptions,
  simulateOptions,
  statusOptions,
} from './options.ts'

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
      notes: [
        'SIGHUP reads the configuration again, SIGTERM ends it. Neither switches anything.',
        'Without the word it is the same, but not for who types it at a terminal: there a bare berofosd says what it is, whether a daemon runs, and what can be typed.',
      ],
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
      run: async call => (await import('./orders.ts')).pause(call),
    }),
    command({
      name: 'resume',
      synopsis: '',
      help: 'End pause, override and a held failback',
      notes: ['When the lines move at once for it, it returns when every relay has been read back.'],
      options: commonOptions,
      run: async call => (await import('./orders.ts')).resume(call),
    }),
    command({
      name: 'reload',
      synopsis: '',
      help: 'Read the configuration again, and say what came of it',
      notes: [
        'Exit status 0: the files are in force, and what changed is said. 1: a file is invalid, each problem is a line on stderr, and the old configuration stays in force. Nothing is switched either way.',
      ],
      options: commonOptions,
      run: async call => (await import('./orders.ts')).reload(call),
    }),
    command({
      name: 'status',
      synopsis: '[--json] [--watch] [--plugin]',
      help: 'Who has the lines, and whether all is well',
      notes: [
        'Exit status 0: lines at the master, every relay confirmed, automatic failover on. 1: anything else, said in the first lines. 3: no daemon.',
        'With --watch q or Ctrl-C ends it. Without a daemon it tells the stored role and what each relay reads now.',
        'With --plugin 0: normal. 1: the worst finding is a warning. 2: it is an error, or no daemon runs. 3: this user may not ask.',
      ],
      options: statusOptions,
      run: async call => (await import('./status.ts')).status(call),
    }),
    command({
      name: 'history',
      synopsis: '[-n COUNT] [--since TIME] [--relay NAME] [-f] [--json]',
      help: 'What was decided, switched and noticed, latest last',
      notes: [
        'A move is one row, with what became of each relay. Other rows tell drift, isolation, held failbacks, hooks, checks that went down or up, starts and stops, and orders with who gave them. With -f each event that comes is a row of its own; with -f --json an object a line.',
      ],
      options: historyOptions,
      run: async call => (await import('./history.ts')).history(call),
    }),
    command({
      name: 'check',
      synopsis: '[--json]',
      help: 'Every health check once, now',
      notes: [
        'Exit status 0: every required check answered, the master is healthy. 1: it is not, or could not be asked, which the first line says.',
      ],
      options: checkOptions,
      run: async call => (await import('./check.ts')).check(call),
    }),
    command({
      name: 'doctor',
      synopsis: '[-v] [--fix [--yes]] [--json] [NAME …]',
      help: "Each berofos's settings against what this site needs",
      notes: [
        'Asks every device over HTTP and GBL4, with a daemon or without. --fix writes wdog, wdogdef, modedef and scenario, in front of a PBX wdogitime too, where they differ, reads them back and tells what else changed; a change of scenario may move lines C--D, and a watchdog that is on bypasses the lines unless a daemon kicks it. At a terminal it lists first what it would write, and asks, unless --yes.',
        'It tells what is not as this site needs it, the worst first; -v tells all. Of this node it looks at the files, the service, the state directory, the witnesses, other programs, and what the hooks start.',
        'Exit status 0: all as this site needs it. 1: not. What could only be better is marked, and no failure.',
      ],
      options: doctorOptions,
      words: 'NAME',
      run: async call => (await import('./doctor.ts')).doctor(call),
    }),
    command({
      name: 'check-config',
      synopsis: '[FILE]',
      help: 'Check both files; also prints the worst-case detection time',
      notes: [
        'FILE is checked in place of the one that --config names.',
        'Exit status 78 when a file is invalid: every problem is a line on stderr.',
      ],
      options: commonOptions,
      words: 'FILE',
      run: async call => (await import('./check-config.ts')).checkConfig(call),
    }),
    command({
      name: 'alert',
      synopsis: 'test',
      help: 'One test alert by every configured way',
      notes: [
        'Sent by the daemon, since what works in a shell may not work in its sandbox; without a daemon from here, which is said. Tells of each way of [alert], and of [heartbeat], whether it took the alert, or why not.',
        'Exit status 0: every way took it. 1: one did not, or none is set.',
      ],
      options: commonOptions,
      words: 'test',
      run: async call => (await import('./alert.ts')).alertTest(call),
    }),
    command({
      name: 'demo',
      synopsis: '',
      help: 'A failover on virtual devices, then keys to break things',
      notes: [
        'The real daemon with virtual berofos and a virtual master, on loopback and in a temporary directory that is removed: a failover with one device that hangs, the failback, drift, isolation, an override. It needs no hardware and no root, and touches no daemon that runs here.',
        'On a terminal keys follow: m kills and revives the master, r hangs and heals fos3, i isolates the node, f pins the lines, q ends. Without a terminal it ends after the story.',
        'Exit status 0: everything happened as it should. 1: it did not.',
      ],
      options: commonOptions,
      run: async ({ output }) => (await import('../demo/demo.ts')).demo(output),
    }),
    command({
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
    }),
  ],
}
