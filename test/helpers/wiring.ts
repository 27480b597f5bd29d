import { serverBeforePbx } from './wiring/bypass.ts'
import { wiringInMode } from './wiring/mode.ts'
import { svgOf } from './wiring/picture.ts'
import { severalBerofos } from './wiring/several.ts'
import { twoServers, twoServersAndPbx } from './wiring/two-servers.ts'

/** The wiring pictures of the README and the docs, drawn from what is connected: path from the project's root → SVG. */
export function wiringPictures(): Readonly<Record<string, string>> {
  return {
    'docs/images/wiring-master.svg': svgOf(wiringInMode(1)),
    'docs/images/wiring-slave.svg': svgOf(wiringInMode(0)),
    'docs/images/wiring-two-servers.svg': svgOf(twoServers()),
    'docs/images/wiring-two-servers-and-pbx.svg': svgOf(twoServersAndPbx()),
    'docs/images/wiring-bypass.svg': svgOf(serverBeforePbx()),
    'docs/images/wiring-several-berofos.svg': svgOf(severalBerofos()),
  }
}
