// The way to a node: the members of a cluster are asked until one answers, and when none does, or the
// connection string, the certificate or the protocol is wrong, the reason is one an operator can use.
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openEventStoreDbEventStore } from '../../src/event-store/eventstoredb/open.ts'
import { append, appended, newEvents, newStream } from '../contracts/event-store/kit.ts'
import { testCertificate, testKey } from '../support/certificate.ts'
import { startSmallEventStoreDb, type SmallEventStoreDb } from '../support/eventstoredb/server.ts'

let server: SmallEventStoreDb
const listening: Server[] = []

beforeEach(async () => {
  server = await startSmallEventStoreDb()
})
afterEach(() => {
  server.kill()
  for (const other of listening.splice(0)) other.close()
})

const listen = async (other: Server): Promise<number> => {
  listening.push(other)
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  return (other.address() as AddressInfo).port
}

/** A port where nothing listens any more. */
const deadPort = async (): Promise<number> => {
  const gone = createTcpServer()
  gone.listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  await once(gone, 'close')
  return port
}

const refusal = async (url: string): Promise<{ reason: string; retryable: boolean }> => {
  const opened = await openEventStoreDbEventStore({ url })()
  if (E.isLeft(opened)) return opened.left
  await opened.right.store.close()
  throw new Error(`${url} was opened`)
}

test('a cluster is found by any of its members', async () => {
  const dead = await deadPort()
  const members = [dead, server.port, dead].map((port) => `127.0.0.1:${port}`).join(',')
  const opened = await openEventStoreDbEventStore({ url: `esdb://${members}?tls=false` })()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  const { store } = opened.right
  expect(appended(await append(store, newStream(), 'none', newEvents(1))).revision).toBe(0)
  await store.close()
})

test('a cluster of which no member answers is told with the reason of each', async () => {
  const [first, second] = [await deadPort(), await deadPort()]
  const { reason, retryable } = await refusal(
    `esdb://127.0.0.1:${first},127.0.0.1:${second}?tls=false&maxDiscoverAttempts=2`,
  )
  expect(retryable).toBe(true)
  expect(reason).toMatch(/^no node of the cluster was found: /)
  for (const port of [first, second])
    expect(reason).toContain(`127.0.0.1:${port} cannot be reached: nothing listens there`)
})

describe('a start says', () => {
  const cases: readonly (readonly [string, () => Promise<string> | string, boolean, RegExp])[] = [
    [
      'that nothing listens there',
      async () => `esdb://127.0.0.1:${await deadPort()}?tls=false`,
      true,
      /nothing listens there/,
    ],
    [
      'that the server does not speak TLS',
      () => `esdb://127.0.0.1:${server.port}`,
      true,
      /does not speak TLS; add tls=false/,
    ],
    [
      'that the server wants TLS',
      async () => {
        const port = await listen(createTlsServer({ cert: testCertificate, key: testKey }))
        return `esdb://127.0.0.1:${port}?tls=false`
      },
      true,
      /perhaps it speaks TLS/,
    ],
    [
      'whose certificate it cannot verify',
      async () => {
        const secured = createTlsServer({ cert: testCertificate, key: testKey })
        return `esdb://127.0.0.1:${await listen(secured)}`
      },
      true,
      /tlsCAFile/,
    ],
    [
      'which file of certificates is not there',
      () => `esdb://127.0.0.1:${server.port}?tlsCAFile=/nowhere/ca.crt`,
      false,
      /tlsCAFile cannot be read: .*\/nowhere\/ca\.crt/,
    ],
    [
      'that a certificate lacks its key',
      () => `esdb://127.0.0.1:${server.port}?userCertFile=/nowhere/user.crt`,
      false,
      /userCertFile and userKeyFile go together/,
    ],
    [
      'where the connection string is wrong',
      () => 'esdb://127.0.0.1:port?tls=false',
      false,
      /connection string is not understood: .*port number/,
    ],
  ]
  for (const [name, url, retryable, words] of cases) {
    test(name, async () => {
      const refused = await refusal(await url())
      expect(refused.reason).toMatch(words)
      expect(refused.retryable).toBe(retryable)
    })
  }
})
