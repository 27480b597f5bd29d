import { frameSip, type SipMessage } from './sip-message.ts'

/**
 * Takes a TCP stream's pieces and hands on each message's head as soon as it is complete; bodies are skipped. Holds
 * at most one head and one piece. Once it saw something that is not SIP it says so and takes nothing more.
 */
export function sipStreamReader(
  onMessage: (message: SipMessage) => void,
  onGarbage: () => void,
): (piece: Buffer) => void {
  let text = ''
  let skipBytes = 0
  let broken = false
  return piece => {
    if (broken) return
    text += piece.toString('latin1')
    for (;;) {
      const skipped = Math.min(skipBytes, text.length)
      text = text.slice(skipped)
      skipBytes -= skipped
      const frame = frameSip(text)
      if (frame.kind === 'head') {
        skipBytes = frame.totalBytes
        onMessage(frame.message)
        continue
      }
      broken = frame.kind === 'garbage'
      return broken ? onGarbage() : undefined
    }
  }
}
