import type { Framing } from './reply-head.ts'

/** Takes a body piece by piece, as bytes in a string (one character a byte). */
export interface BodyReader {
  /** `done`: the body is complete, whatever follows; a string: why this is no body; null: there is more to come. */
  push(bytes: string): BodyStep
  /** Whether the device may close now. */
  mayClose(): boolean
  /** What has come so far. */
  text(): string
}
type BodyStep = 'done' | { readonly error: string } | null

/** So much of a body is read, and the longest head; config.txt has about 1 KiB. */
export const replyLimitBytes = 64 * 1024

const tooLong = { error: `the answer is longer than ${replyLimitBytes / 1024} KiB` }

export function createBodyReader(framing: Framing): BodyReader {
  return framing === 'chunked' ? createChunkReader() : createLengthReader(framing)
}

/** Infinity: until the device closes. What follows the last byte is thrown away. */
function createLengthReader(length: number): BodyReader {
  const pieces: string[] = []
  let left = length
  let taken = 0
  return {
    push(bytes) {
      const piece = bytes.slice(0, left)
      pieces.push(piece)
      left -= piece.length
      taken += piece.length
      if (taken > replyLimitBytes) return tooLong
      return left === 0 ? 'done' : null
    },
    mayClose: () => length === Number.POSITIVE_INFINITY,
    text: () => pieces.join(''),
  }
}

interface ChunkState {
  /** What the next byte belongs to. */
  part: 'size' | 'sizeLine' | 'data' | 'dataEnd' | 'trailer'
  size: string
  left: number
  /** Whether the present line of the trailer has anything in it. */
  lineHasText: boolean
  /** Bytes of any kind, so that endless extensions and trailers end too. */
  seen: number
  pieces: string[]
}

/** RFC 9112 7.1, with bare line feeds and any extension, trailers passed over. */
function createChunkReader(): BodyReader {
  const state: ChunkState = { part: 'size', size: '', left: 0, lineHasText: false, seen: 0, pieces: [] }
  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (state.seen > 2 * replyLimitBytes) return tooLong
        const taken = state.part === 'data' ? takeData(state, bytes, at) : 1
        const step = state.part === 'data' ? null : chunkSteps[state.part](state, bytes.charAt(at))
        if (step) return step
        if (state.part === 'data' && state.left === 0) state.part = 'dataEnd'
        state.seen += taken
        at += taken
      }
      return null
    },
    mayClose: () => false,
    text: () => state.pieces.join(''),
  }
}

function takeData(state: ChunkState, bytes: string, at: number): number {
  const piece = bytes.slice(at, at + state.left)
  state.pieces.push(piece)
  state.left -= piece.length
  return piece.length
}

const badChunk = { error: 'the answer is not chunked as it says' }

const chunkSteps: Record<
  Exclude<ChunkState['part'], 'data'>,
  (state: ChunkState, byte: string) => BodyStep
> = {
  size(state, byte) {
    if (/[\da-f]/i.test(byte)) {
      state.size += byte
      return state.size.length > 16 ? badChunk : null
    }
    if (state.size === '') return badChunk
    state.part = 'sizeLine'
    return chunkSteps.sizeLine(state, byte)
  },
  sizeLine(state, byte) {
    if (byte !== '\n') return null
    state.left = Number.parseInt(state.size, 16)
    state.size = ''
    state.part = state.left === 0 ? 'trailer' : 'data'
    return state.left > replyLimitBytes ? tooLong : null
  },
  dataEnd(state, byte) {
    if (byte === '\n') state.part = 'size'
    return byte === '\n' || byte === '\r' ? null : badChunk
  },
  trailer(state, byte) {
    if (byte === '\n' && !state.lineHasText) return 'done'
    if (byte !== '\r') state.lineHasText = byte !== '\n'
    return null
  },
}
