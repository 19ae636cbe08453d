// The client's live feed, over real HTTP against the real API.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CarillonClient, CarillonProblem, type FeedChange } from '../../src/client/index.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi | undefined
afterEach(() => api?.close())

const add = (jobCode: string) => api?.post('/dispatchserver/add.do', cronAdd({ jobCode }))

test('a loop over what happens, until it is left', async () => {
  api = await startApi()
  const heard: string[] = []
  let isReady = (): void => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))
  const client = new CarillonClient({ url: api.url })
  const listening = (async () => {
    for await (const { kind, type, job } of client.feed({ group: 'g1', onPlace: isReady })) {
      heard.push(`${kind} ${type} ${job}`)
      if (heard.length === 2) return
    }
  })()
  await ready
  await add('a')
  await add('b')
  await listening
  expect(heard).toEqual(['task TaskAdded a', 'task TaskAdded b'])
})

test('a signal ends it, without an error', async () => {
  api = await startApi()
  const leaving = new AbortController()
  const client = new CarillonClient({ url: api.url })
  const feed = client.feed({ signal: leaving.signal, onPlace: () => leaving.abort() })
  expect(await feed.next()).toEqual({ done: true, value: undefined })
})

test('a refused filter is thrown, not tried again', async () => {
  api = await startApi()
  const client = new CarillonClient({ url: api.url })
  const thrown: unknown = await client
    .feed({ job: 'a' })
    .next()
    .catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(CarillonProblem)
  expect((thrown as CarillonProblem).field).toBe('job')
})

test('a connection that breaks is made again from the last place', async () => {
  const places: (string | undefined)[] = []
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => {
      response.write('id: 01\nevent: ready\ndata: {}\n\nid: 02\nevent: run\ndata: {"n":2}\n\nid: 0')
      setImmediate(() => response.destroy())
    },
    (response) => response.end('id: 03\nevent: run\ndata: {"n":3}\n\n'),
    (response) =>
      response.end('id: 04\nevent: skipped\ndata: {}\n\nid: 05\nevent: run\ndata: {"n":5}\n\n'),
  ]
  const server = createServer((request, response) => {
    const last = request.headers['last-event-id']
    places.push(typeof last === 'string' ? last : undefined)
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    answers[places.length - 1]?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const skipped: (string | null)[] = []
  const client = new CarillonClient({ url: `http://127.0.0.1:${port}` })
  const heard: FeedChange[] = []
  for await (const change of client.feed({ after: '00', onSkipped: (at) => skipped.push(at) })) {
    heard.push(change)
    if (heard.length === 3) break
  }
  server.closeAllConnections()
  server.close()
  expect(heard).toEqual([{ n: 2 }, { n: 3 }, { n: 5 }])
  expect(places).toEqual(['00', '02', '03'])
  expect(skipped).toEqual(['04'])
})
