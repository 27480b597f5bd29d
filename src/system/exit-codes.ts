/** The process ends with this status once nothing keeps it alive. `program` never rejects. */
export async function endWith(program: Promise<number>): Promise<void> {
  process.exitCode = await program
}

/** How a program of this project ends. */
export const exitCodes = {
  done: 0,
  /** It could not be done, or the answer is no. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** `status` found no daemon to ask. */
  noDaemon: 3,
  /** sysexits(3) EX_CONFIG; the unit does not restart after it. */
  badConfiguration: 78,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
