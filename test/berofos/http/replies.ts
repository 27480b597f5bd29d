import type { Socket } from 'node:net'

export const ok = 'HTTP/1.0 200 OK\r\n'
export const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`

/** How the server ends the connection after the reply. */
type Ending = 'close' | 'reset' | 'stay'

/** What servers say, and what curl 7.88 (Debian 12) makes of it: status and body, or that it refuses. */
export const replies: [title: string, reply: string, taken: string, ending?: Ending][] = [
  ['HTTP/1.0 without a length', `${ok}\r\nbody`, '200 body'],
  ['HTTP/1.1 with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody', '200 body'],
  [
    'HTTP/1.1 with a length, left open',
    'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody',
    '200 body',
    'stay',
  ],
  ['bare line feeds', 'HTTP/1.0 200 OK\nContent-Length: 4\n\nbody', '200 body'],
  ['both kinds of line ends', `${ok}X: y\n\r\nbody`, '200 body'],
  ['an empty line of two carriage returns', `${ok}X: y\r\n\r\r\nbody`, '200 body'],
  ['no reason phrase', 'HTTP/1.0 200\r\n\r\nbody', '200 body'],
  ['no reason phrase but a blank', 'HTTP/1.0 200 \r\n\r\nbody', '200 body'],
  ['two blanks before the status', 'HTTP/1.0  200 OK\r\n\r\nbody', '200 body'],
  ['a version in lower case', 'http/1.0 200 OK\r\n\r\nbody', '200 body'],
  ['a status with a letter after it', 'HTTP/1.0 200x\r\n\r\nbody', '200 body'],
  ['HTTP/2 in clear text', 'HTTP/2 200\r\n\r\nbody', '200 body'],
  ['two equal lengths', `${ok}Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody`, '200 body'],
  ['two lengths, the last shorter', `${ok}Content-Length: 6\r\nContent-Length: 4\r\n\r\nbody`, '200 body'],
  ['two lengths, the last longer', `${ok}Content-Length: 4\r\nContent-Length: 6\r\n\r\nbody`, 'refused'],
  ['a list of lengths', `${ok}Content-Length: 4, 4\r\n\r\nbody`, '200 body'],
  ['a length with a sign', `${ok}Content-Length: +4\r\n\r\nbody`, '200 body'],
  ['a length with letters after it', `${ok}Content-Length: 4abc\r\n\r\nbody`, '200 body'],
  ['a length beyond all numbers', `${ok}Content-Length: 99999999999999999999999\r\n\r\nbody`, '200 body'],
  ['a length with a blank before its colon', `${ok}Content-Length : 2\r\n\r\nbody`, '200 body'],
  ['a length of letters', `${ok}Content-Length: abc\r\n\r\nbody`, 'refused'],
  ['an empty length', `${ok}Content-Length:\r\n\r\nbody`, 'refused'],
  ['a negative length', `${ok}Content-Length: -1\r\n\r\nbody`, 'refused'],
  ['a length of 0 with a body', `${ok}Content-Length: 0\r\n\r\nbody`, '200 '],
  ['more than the length', `${ok}Content-Length: 2\r\n\r\nbody`, '200 bo'],
  ['less than the length', `${ok}Content-Length: 9\r\n\r\nbody`, 'refused'],
  ['a folded header', `${ok}X-A: b\r\n c\r\n\r\nbody`, '200 body'],
  ['a folded line that looks like a length', `${ok}X-A: b\r\n Content-Length: 2\r\n\r\nbody`, '200 body'],
  ['a carriage return within a header', `${ok}X: a\rb\r\n\r\nbody`, '200 body'],
  ['bytes beyond ASCII in a header', `${ok}X: \xff\r\n\r\nbody`, '200 body'],
  ['a NUL in a header', `${ok}X: a\0b\r\n\r\nbody`, 'refused'],
  ['100 before the reply', `HTTP/1.1 100 Continue\r\nContent-Length: 2\r\n\r\n${ok}\r\nbody`, '200 body'],
  [
    '102 and 103 before the reply',
    `HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n${ok}\r\nbody`,
    '200 body',
  ],
  ['100 and nothing more', 'HTTP/1.1 100 Continue\r\n\r\n', 'refused'],
  ['100 and then no HTTP', 'HTTP/1.1 100 Continue\r\n\r\nbody', 'refused'],
  ['chunks', `${chunked}2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n`, '200 body'],
  ['chunks with bare line feeds', `${chunked}4\nbody\n0\n\n`, '200 body'],
  ['chunks with a trailer', `${chunked}4\r\nbody\r\n0\r\nX: y\r\n\r\n`, '200 body'],
  ['chunks with padded sizes', `${chunked}0000000000000004 \r\nbody\r\n0\r\n\r\n`, '200 body'],
  [
    'chunks and a length',
    `${ok}Content-Length: 2\r\nTransfer-Encoding: CHUNKED\r\n\r\n4\r\nbody\r\n0\r\n\r\n`,
    '200 body',
  ],
  ['chunks without the last line', `${chunked}4\r\nbody\r\n0\r\n`, 'refused'],
  ['chunks without the last chunk', `${chunked}4\r\nbody\r\n`, 'refused'],
  ['a chunk cut off', `${chunked}9\r\nbody`, 'refused'],
  ['a chunk without a size', `${chunked}\r\nbody\r\n0\r\n\r\n`, 'refused'],
  ['a chunk with a size of letters', `${chunked}zz\r\nbody\r\n0\r\n\r\n`, 'refused'],
  ['a chunk with a size of 17 digits', `${chunked}00000000000000004\r\nbody\r\n0\r\n\r\n`, 'refused'],
  ['a chunk longer than it says', `${chunked}2\r\nbody\r\n0\r\n\r\n`, 'refused'],
  ['identity coding', `${ok}Transfer-Encoding: identity\r\n\r\nbody`, '200 body'],
  ['a coding that nobody knows', `${ok}Transfer-Encoding: foo\r\n\r\nbody`, 'refused'],
  ['204 with a length', 'HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\n', '204 '],
  ['304', 'HTTP/1.1 304 No\r\nContent-Length: 4\r\n\r\n', '304 '],
  ['404 with a body', 'HTTP/1.0 404 No\r\n\r\nbody', '404 body'],
  ['status 999', 'HTTP/1.0 999 x\r\n\r\nbody', '999 body'],
  ['status 099', 'HTTP/1.0 099 x\r\n\r\nbody', 'refused'],
  ['a status of two digits', 'HTTP/1.0 20 OK\r\n\r\nbody', 'refused'],
  ['a status of four digits', 'HTTP/1.0 2000 OK\r\n\r\nbody', 'refused'],
  ['no status', 'HTTP/1.0\r\n\r\nbody', 'refused'],
  ['a tab before the status', 'HTTP/1.0\t200 OK\r\n\r\nbody', 'refused'],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\nbody', 'refused'],
  ['HTTP/0.9', 'HTTP/0.9 200 OK\r\n\r\nbody', 'refused'],
  ['an empty line first', `\r\n${ok}\r\nbody`, 'refused'],
  ['a blank first', ` ${ok}\r\nbody`, 'refused'],
  ['a page without a head', '<html></html>', 'refused'],
  ['random bytes', '\x00\xff\x01\x02\r\n\r\n', 'refused'],
  ['another protocol that waits', 'SSH-2.0-dropbear\r\n', 'refused', 'stay'],
  ['nothing', '', 'refused'],
  ['half a status line', 'HTTP/1.0 200 OK', 'refused'],
  ['a status line alone', ok, '200 '],
  ['a head cut off within a header', `${ok}X: y`, '200 '],
  ['a head cut off after a header', `${ok}X: y\r\n`, '200 '],
  ['a head cut off after a length', `${ok}Content-Length: 4\r\n`, 'refused'],
  ['a reset after the whole length', `${ok}Content-Length: 4\r\n\r\nbody`, '200 body', 'reset'],
  ['a reset after 204', 'HTTP/1.1 204 No\r\n\r\n', '204 ', 'reset'],
  ['a reset within the length', `${ok}Content-Length: 9\r\n\r\nbody`, 'refused', 'reset'],
  ['a reset at once', '', 'refused', 'reset'],
]

/** Sends a reply and ends as the row says. */
export function send(socket: Socket, reply: string, ending: Ending): void {
  if (ending === 'close') socket.end(reply, 'latin1')
  else if (ending === 'stay') socket.write(reply, 'latin1')
  // An empty write calls back too: then the reply is in the kernel's hands, before the reset.
  else socket.write(reply, 'latin1', () => setImmediate(() => socket.resetAndDestroy()))
}
