/** The tests run on Node 20; the installed types are those of Node 18, for what is in src. */
interface ImportMeta {
  readonly dirname: string
}
