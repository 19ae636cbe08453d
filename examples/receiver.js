#!/usr/bin/env node
// A callee to try Carillon with: prints every callback with its lateness and answers it. Plain Node,
// nothing to install. `node examples/receiver.js --help` lists what it can pretend to be.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '9000' },
    fail: { type: 'boolean', default: false },
    async: { type: 'boolean', default: false },
    slow: { type: 'string', default: '0' },
    carillon: { type: 'string', default: 'http://127.0.0.1:8080' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`node examples/receiver.js [options]
  --port <port>      where to listen (9000)
  --fail             answer {"success":false}
  --slow <ms>        think before answering
  --async            answer "later", then report the end to Carillon after 2 s (or --slow)
  --carillon <url>   where to report to (http://127.0.0.1:8080)`)
  process.exit(0)
}

const thinkMs = Number(options.slow)
let calls = 0

const server = createServer((request, response) => {
  const arrivedAt = Date.now()
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    calls += 1
    const body = jsonOf(Buffer.concat(chunks).toString('utf8'))
    print(request.headers, body, arrivedAt)
    if (options.async) return answerLater(response, request.headers.logid)
    setTimeout(() => answer(response, { success: !options.fail }), thinkMs)
  })
})

const print = (headers, body, arrivedAt) => {
  const task = decodeURIComponent(headers['x-carillon-task'] ?? 'unknown task')
  const attempt = headers['x-carillon-attempt'] ?? '1'
  const scheduledFor = headers['x-carillon-scheduled-for']
  const why =
    scheduledFor === undefined
      ? 'run now'
      : `scheduled ${clock(Date.parse(scheduledFor))}, ${arrivedAt - Date.parse(scheduledFor)} ms late`
  const again = attempt === '1' ? '' : `, attempt ${attempt}`
  console.log(`#${calls} ${clock(arrivedAt)} ${task}: ${why}${again} ${JSON.stringify(body.data)}`)
}

const answerLater = (response, runId) => {
  answer(response, { asynchronized: true })
  setTimeout(async () => {
    const report = new URLSearchParams({ id: runId, success: String(!options.fail) })
    report.set('resultValue', 'reported by examples/receiver.js')
    const reply = await fetch(`${options.carillon}/taskcallback/updateTaskLog`, {
      method: 'POST',
      body: report,
    }).catch((error) => error)
    console.log(`   reported ${runId}: ${reply.ok ? await reply.text() : String(reply)}`)
  }, thinkMs || 2_000)
}

const answer = (response, reply) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(reply))
}

const jsonOf = (text) => {
  try {
    return Object(JSON.parse(text))
  } catch {
    return { data: text }
  }
}

const clock = (epochMs) => new Date(epochMs).toISOString().slice(11, 23)

server.on('error', (error) => {
  console.error(`cannot listen on port ${options.port}: ${error.message}`)
  process.exit(1)
})
server.listen(Number(options.port), '127.0.0.1', () =>
  console.log(`waiting for callbacks on http://127.0.0.1:${server.address().port}/callback`),
)
process.on('SIGINT', () => {
  console.log(`\n${calls} callbacks`)
  process.exit(0)
})
