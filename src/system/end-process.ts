/** Requests that a thread of libuv's pool carries out: a name server or a disk may keep one as long as it likes. */
const ofPool = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/

/**
 * Ends the process now. `process.exit` waits for the threads of the pool; while one is busy, SIGTERM ends what it
 * would wait for, which to the service manager is as clean: systemd.service(5), SuccessExitStatus.
 */
export function endProcess(exitCode: number): void {
  if (!process.getActiveResourcesInfo().some(resource => ofPool.test(resource))) process.exit(exitCode)
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}
