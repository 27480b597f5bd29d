import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { timelinePicture } from './helpers/timeline.ts'
import { wiringPictures } from './helpers/wiring.ts'

interface Area {
  readonly what: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Mean width of a letter in ems, rather too wide: which font there is nobody knows. */
const letterEms: Readonly<Record<string, number>> = { title: 0.66, port: 0.72, small: 0.56 }
const fontPixels: Readonly<Record<string, number>> = { title: 18, port: 18, small: 16 }

for (const [path, svg] of Object.entries({ ...wiringPictures(), ...timelinePicture() }))
  describe(path, () => {
    const texts = textsOf(svg)

    it('has no words over other words', () => {
      const pairs = texts.flatMap((one, index) => texts.slice(index + 1).map(other => [one, other] as const))
      assert.deepEqual(pairs.filter(([one, other]) => overlap(one, other)).map(namesOf), [])
    })

    it('has no wire through words', () => {
      const pairs = texts.flatMap(one => wiresOf(svg).map(wire => [one, wire] as const))
      assert.deepEqual(pairs.filter(([one, wire]) => overlap(one, wire)).map(namesOf), [])
    })

    it('has all words within its edges', () => {
      const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? []
      const outside = ({ left, right, top, bottom }: Area) =>
        left < 0 || top < 0 || right > width || bottom > height
      assert.ok(texts.length > 5)
      assert.deepEqual(texts.filter(outside), [])
    })
  })

function textsOf(svg: string): Area[] {
  const pattern = /<text class="(\w+)" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)</g
  return [...svg.matchAll(pattern)].map(([, kind = '', x, y, anchor, what = '']) => {
    const pixels = fontPixels[kind] ?? 0
    const width = what.length * pixels * (letterEms[kind] ?? 0)
    const left = Number(x) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
    // From the top of a capital to the base line.
    return { what, left, right: left + width, top: Number(y) - pixels * 0.75, bottom: Number(y) }
  })
}

/** Each straight part of a wire. */
function wiresOf(svg: string): Area[] {
  return [...svg.matchAll(/<polyline class="\w+" points="([^"]+)"/g)].flatMap(([, points = '']) => {
    const corners = points.split(' ').map(point => point.split(',').map(Number) as [number, number])
    return corners.slice(1).map(([x, y], index) => {
      const [fromX, fromY] = corners[index] ?? [x, y]
      const [left, right] = [Math.min(x, fromX), Math.max(x, fromX)]
      return { what: points, left, right, top: Math.min(y, fromY), bottom: Math.max(y, fromY) }
    })
  })
}

function overlap(one: Area, other: Area): boolean {
  const apart =
    one.right < other.left || other.right < one.left || one.bottom < other.top || other.bottom < one.top
  return !apart
}

function namesOf([one, other]: readonly [Area, Area]): string {
  return `${one.what} | ${other.what}`
}
