/** Moments of one failover, CLOCK_MONOTONIC. */
interface Told {
  /** It took the master for dead. */
  readonly foundMs: number
  /** It knew from the device that the last relay had moved. */
  readonly confirmedMs: number
}

/** One way to move the lines when the link of the master is cut. */
export interface Contender {
  readonly name: string
  /** Between two signs of life of the master. */
  readonly intervalMs: number
  /** All links well, all relays at the master, nothing else running that would move them, and it is steady. */
  begin(): Promise<void>
  /** What it told of the failover since the link was cut, CLOCK_MONOTONIC; waits for it. */
  told(cutMs: number): Promise<Told>
  /** Nothing of it runs any more. */
  end(): Promise<void>
}
