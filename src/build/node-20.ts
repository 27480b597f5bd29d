/** Ends what builds in one sentence on a Node that can't, such as Debian 12's: to be imported first. */
if (Number.parseInt(process.versions.node, 10) < 20) {
  const is = `this host has ${process.versions.node}`
  process.stderr.write(
    `it is built and tested with Node 20 or later, ${is}: build on Debian 13, the package runs here too\n`,
  )
  process.exit(1)
}
