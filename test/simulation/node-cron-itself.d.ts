/** The package, where its name leads to cached-cron.ts. */
declare module 'node-cron-itself' {
  export { createTask } from 'node-cron'
}
