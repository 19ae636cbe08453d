import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/event-store/postgres/connections.ts'

let server: Server | null = null

afterEach(() => {
  server?.close()
})

/** Lets every client in, and resets the connection at its first statement. */
const resettingServer = async (): Promise<string> => {
  const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])
  const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(Buffer.concat([authenticationOk, readyForQuery]))
      socket.once('data', () => socket.resetAndDestroy())
    })
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  return `postgres://carillon@127.0.0.1:${port}/carillon`
}

test('a connection that breaks while it is being set up fails its query, not the process', async () => {
  const unheard: unknown[] = []
  const onUncaught = (error: unknown): void => void unheard.push(error)
  process.on('uncaughtException', onUncaught)
  const database = openDatabase(await resettingServer(), 1, () => {})
  await expect(database.run({ name: 'one', text: 'SELECT 1' }, [])).rejects.toThrow()
  await database.close()
  process.off('uncaughtException', onUncaught)
  expect(unheard).toEqual([])
})
