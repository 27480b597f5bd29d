/** Takes HTTP requests on port 80 of the address that is its word, and says the body of each in a line. Ends with its input. */
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text
  })
  request.on('end', () => {
    process.stdout.write(`${body.replaceAll('\n', ' ')}\n`)
    response.end()
  })
})
server.listen(80, process.argv[2], () => process.stdout.write('listens\n'))
process.stdin.on('end', () => process.exit()).resume()
