// The receiver of the benchmarks: answers at once and keeps how late each call came. Plain Node in a
// process of its own, on bare sockets, so that it costs the service nothing and the machine little.
//
//   GET /counts     how many calls so far
//   GET /lateness   the same with percentiles, and begins anew
import { createServer } from 'node:net'

let latenesses = []
const ids = new Set()
let calls = 0

const answer = (type, body) =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const success = answer('application/json', '{"success":true}')

const counts = () => ({ calls, distinct: ids.size })

const lateness = () => {
  const sorted = latenesses.sort((a, b) => a - b)
  const at = (share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
  const told = { ...counts(), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
  latenesses = []
  ids.clear()
  calls = 0
  return told
}

const headerOf = (head, name) => {
  const at = head.indexOf(name)
  if (at < 0) return null
  const from = at + name.length
  return head.slice(from, head.indexOf('\r\n', from))
}

const replyTo = (head) => {
  if (head.startsWith('get /counts')) return answer('application/json', JSON.stringify(counts()))
  if (head.startsWith('get ')) return answer('application/json', JSON.stringify(lateness()))
  calls += 1
  ids.add(headerOf(head, '\r\nlogid: '))
  const scheduledFor = headerOf(head, '\r\nx-carillon-scheduled-for: ')
  if (scheduledFor !== null) latenesses.push(Date.now() - Date.parse(scheduledFor.toUpperCase()))
  return success
}

const server = createServer((socket) => {
  socket.setNoDelay(true)
  let seen = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    seen += chunk
    for (;;) {
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = seen.slice(0, end + 2).toLowerCase()
      const length = Number(headerOf(head, '\r\ncontent-length: ') ?? 0)
      if (seen.length < end + 4 + length) return
      seen = seen.slice(end + 4 + length)
      socket.write(replyTo(head))
    }
  })
  socket.on('error', () => socket.destroy())
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(server.address().port)
})
