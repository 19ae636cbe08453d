// What one HTTP recall costs, beside a bare undici POST to the same callee. The callee runs in its
// own process, answers an empty 200 and is the same for both; the two take turns, so that a noisy
// machine troubles both alike.
//   npx tsx benchmarks/recall.ts [calls per round] [calls at a time]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { Agent, request as bareRequest } from 'undici'
import { instantAt } from '../src/domain/instant.ts'
import { RunId, TaskId } from '../src/domain/task/ids.ts'
import { recallBody } from '../src/scheduler/recall/transports/body.ts'
import { createHttpTransport } from '../src/scheduler/recall/transports/http.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"success":true}'

const serve = (): void => {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    let seen = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      const head = seen.indexOf('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(seen.toString('latin1', 0, head))?.[1]
      if (head < 0 || seen.length < head + 4 + Number(length)) return
      seen = seen.subarray(head + 4 + Number(length))
      socket.write(answer)
    })
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : null)
  })
  process.on('disconnect', () => process.exit(0))
}

const measure = async (): Promise<void> => {
  const calls = Number(process.argv[2] ?? 20_000)
  const atATime = Number(process.argv[3] ?? 64)
  const callee = fork(fileURLToPath(import.meta.url), ['callee'])
  const [port] = await once(callee, 'message')
  const url = `http://127.0.0.1:${port}/callback`
  const runId = decoded(RunId.decode('0123456789abcdef0123456789abcdef'))
  const taskId = decoded(TaskId.decode({ tenant: 'default', group: 'billing', job: 'nightly' }))
  const dataJson = JSON.stringify({ account: 12345, note: 'x'.repeat(200) })
  const agent = new Agent({ connections: atATime, pipelining: 1 })
  const transport = createHttpTransport({ now: () => instantAt(Date.now()) })

  const bare = async (): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const body = recallBody(dataJson, runId)
    const reply = await bareRequest(url, { dispatcher: agent, method: 'POST', headers, body })
    await reply.body.text()
  }
  const recall = async (): Promise<void> => {
    const { result } = await transport.call({
      runId,
      attempt: 1,
      taskId,
      target: { type: 'http', url },
      body: recallBody(dataJson, runId),
      scheduledFor: instantAt(1_700_000_000_000),
      timeoutMs: 30_000,
      followRedirects: false,
    })
    if (result.type !== 'succeeded') throw new Error(JSON.stringify(result))
  }

  for (let round = 0; round < 6; round += 1) {
    for (const [name, call] of [['bare undici', bare] as const, ['recall', recall] as const]) {
      const cpu = process.cpuUsage()
      const started = performance.now()
      let left = calls
      const worker = async (): Promise<void> => {
        while (left-- > 0) await call()
      }
      await Promise.all(Array.from({ length: atATime }, worker))
      const wall = ((performance.now() - started) * 1000) / calls
      const used = process.cpuUsage(cpu)
      const busy = (used.user + used.system) / calls
      console.log(`${name}: ${wall.toFixed(1)} µs per call, ${busy.toFixed(1)} µs of it CPU`)
    }
  }
  const started = performance.now()
  for (let i = 0; i < 1_000_000; i += 1) recallBody(dataJson, runId)
  console.log(`recallBody: ${(performance.now() - started).toFixed(0)} ns`)
  await transport.close()
  await agent.close()
  callee.disconnect()
}

const decoded = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error('not decodable')
  return either.right
}

if (process.argv[2] === 'callee') serve()
else await measure()
