/**
 * What always holds: each invariant by its one name, with its one sentence. The three suites that ask for some of them,
 * each from what it can see, are in decision 0007; docs/testing.md prints the table.
 */
export const invariantTable = {
  still:
    'no relay is driven while this node is paused, cut off, not the secondary, or without a bnfos.conf; while paused nothing is decided either',
  role: 'a relay is told nothing but the role: the stored one, until another is decided',
  override: 'an override is never broken: while it lasts, no other role is decided, and no relay is told one',
  'as-ordered': 'a pause and an override last as long as ordered, however the clock is set, over any restart',
  calm: 'in a calm world every reachable relay reads what the role wants, and the role is what the verdict wants',

  verdict:
    'a check is down after `fall` failures in a row and up after `rise` answers, not sooner; the master is what they say',
  evidence: 'no failover without `fall` failures in a row of a required check since its last answer',
  answer:
    'no failover unless a relay or a witness has answered since the master went down, or within the interval before',
  whole: 'no failover by a probe that was begun while this node could reach nobody at all',
  since: 'after a pause, an override and their like no failover without a failure since their end',
  due: 'when the master is down, and a relay or a witness answers, the lines are failed over',
  needless: 'a failover that has moved no relay moves none to the slave while the master is up again',
  cancelled: 'a move is called off only before a relay was told of it, and only for a master that is up',

  stable: 'no failback before the master was up for `stable_for` without a break',
  up: 'no failback to a master that is not up when the lines move',
  window: 'no failback outside of its window, and with `policy = manual` none that no operator allowed',
  asks: 'no failback against `ready_command`, before its deadline, or against `before_master`',
  flapping: 'no failback beyond the flap limit before an operator resumes',
  undone:
    "once before_master of a failback has begun, the lines go to the master or the slave's hooks run as called-off",
  'ended in time':
    'a pause, an override to the slave and a master that is down end a before_master that runs',

  start: 'a start, a reload or a crash drives nothing that the stored role does not ask for',
  undoes:
    'a start within one boot drives no line away from where every relay reads it, unless something was ordered, the master is down or a relay could not be asked',
  kept: 'what an operator ordered, the role, and the failovers that count outlive a crash',
  adopted:
    "a stored role gives way only to what the relays agree on: never while overridden, paused or moving, the master's only while it is up, and no hook runs",
  saved:
    'what must survive a crash is saved before a relay is told or a hook runs; nothing is saved for nothing',
  alone:
    'while a daemon runs, a second one and a command for when none runs do nothing, even without the control socket',

  told: 'a failover, and an order of an operator, tells every relay within a second of its hook, whatever the relay reads',
  'hook first':
    'no relay is told of a move before its first hook has ended; a move that is called off moves none',
  reported: 'the relays know of the move under way, so that its end is reported',
  interrupted: 'a hook that the daemon did not outlive twice is not run a third time for the same move',
  waits:
    'a ready_command that two daemons in a row did not outlive is not run by the third in its first minute',

  'kicks end':
    'in front of a PBX kicks end within `kick` + 1 s of the verdict *down*, and of the end, death or hanging of the daemon',
  'no kick': 'in front of a PBX nobody kicks while the lines are to be bypassed, but for a pause',
  bypassed:
    'in front of a PBX a server that is down has no line beyond the worst case by check, or by watchdog where a device can not be told',
  unwatched:
    'in front of a PBX no line that the daemon gave to the server stays there for longer than `kick` + `watchdog` without a daemon',
  returns:
    'in front of a PBX lines that a watchdog has bypassed return by the rules of failing back, or by an order, only',

  recorded: 'each change of the role has one line and one record, and there is none without',
  lines: 'one `switched` line for each real change that the daemon made and read back, and none without',
  log: 'every line reaches the collector once and in order, unless its daemon was killed before',
  status: 'what `status` says is what is: role, override, pause, relays as last read',
  findings: 'whenever something is wrong, `status` has a finding that says so',
  forced: 'a role is forced only when an operator has asked for it',
  answered: 'every order and question is answered, and the soak itself is well',

  ruled: 'the role changes only where a rule that fired says so, or where it was not known',
  rest: 'no rule has anything more to do, and the phase is the one that the facts give',
  wakes: 'what time alone will change has a wake-up no later than that, and none that is past',
  bounded: 'nothing grows without bound: state, timers, queues, history, memory, descriptors',
  sound: 'nothing ends in an internal error',
  alive: 'the daemon is never down unless it was ended, and answers after each start',
} as const satisfies Readonly<Record<string, string>>

export type InvariantName = keyof typeof invariantTable
