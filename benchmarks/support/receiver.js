// The receiver of the benchmarks: answers at once and keeps how late each call came. Plain Node in a
// process of its own, so that it costs the service nothing but the machine.
import { createServer } from 'node:http'

let latenesses = []
const ids = new Set()
let calls = 0

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const sorted = latenesses.sort((a, b) => a - b)
    const at = (share) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
    response.end(
      JSON.stringify({
        calls,
        distinct: ids.size,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        max: at(1),
      }),
    )
    latenesses = []
    ids.clear()
    calls = 0
    return
  }
  const scheduledFor = Date.parse(request.headers['x-carillon-scheduled-for'])
  calls += 1
  ids.add(request.headers['logid'])
  if (!Number.isNaN(scheduledFor)) latenesses.push(Date.now() - scheduledFor)
  request.resume()
  response.setHeader('content-type', 'application/json')
  response.end('{"success":true}')
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(server.address().port)
})
