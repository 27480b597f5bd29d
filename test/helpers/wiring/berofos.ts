import { type Box, type Label, type Point, socketSize, type Wire } from './picture.ts'

export type Port = 'A' | 'B' | 'C' | 'D'

const ports: readonly Port[] = ['A', 'B', 'C', 'D']
const [groupWidth, socketPitch, width, height] = [190, 34, 780, 76]

/** The sockets of a bero*fos, four groups of four, with its left upper corner at x, y. */
export interface Berofos {
  readonly box: Box
  readonly sockets: readonly { readonly at: Point; readonly number: number }[]
  readonly labels: readonly Label[]
  /** From sockets of a port straight up or down to a height. */
  wires(port: Port, numbers: readonly number[], toY: number, kind: Wire['kind']): Wire[]
  /** Horizontal middle of some sockets of a port. */
  middle(port: Port, numbers: readonly number[]): number
  readonly right: Point
}

/** @param nameY where its name stands: above the sockets or below, whichever has no wires */
export function berofosAt(x: number, y: number, name: string, nameY: number): Berofos {
  const rowY = y + height / 2
  const at = (port: Port, number: number): Point => [
    x + 58 + ports.indexOf(port) * groupWidth + (number - 1) * socketPitch,
    rowY,
  ]
  return {
    box: { x, y, width, height, title: '', kind: 'relay' },
    sockets: ports.flatMap(port => allFour.map(number => ({ at: at(port, number), number }))),
    labels: [
      ...ports.map(port => ({
        at: [at(port, 1)[0] - 36, rowY + 7] as const,
        words: port,
        kind: 'port' as const,
      })),
      { at: [at('C', 2)[0] + socketPitch / 2, nameY], words: name, kind: 'title', anchor: 'middle' },
    ],
    wires: (port, numbers, toY, kind) =>
      numbers.map(number => {
        const [socketX] = at(port, number)
        const fromY = toY < rowY ? rowY - socketSize / 2 : rowY + socketSize / 2
        return { kind, points: [[socketX, fromY] as const, [socketX, toY] as const] }
      }),
    middle: (port, numbers) => {
      const all = numbers.map(number => at(port, number)[0])
      return (Math.min(...all) + Math.max(...all)) / 2
    },
    right: [x + width, rowY],
  }
}

export const allFour: readonly number[] = [1, 2, 3, 4]
