// Without a listener Node opens a debugger to whoever is on this machine: nodejs.org/api/process.html, signal events.
process.on('SIGUSR1', () => {})

export {}
