// Which addresses may be called, in every form an address can be written in, and that both
// transports ask before they connect.
import { type LookupFunction } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { createTargetGuard } from '../../../src/scheduler/recall/target-guard.ts'
import { createHttpTransport } from '../../../src/scheduler/recall/transports/http.ts'
import { createSocketTransport } from '../../../src/scheduler/recall/transports/socket.ts'
import { type RecallReply } from '../../../src/scheduler/recall/transports/transport.ts'
import { startHttpCallee, startTcpCallee } from '../../support/callee.ts'
import { recallTo } from '../../support/recall.ts'

const guard = createTargetGuard({ allow: [], deny: [] })

test.each([
  ['127.0.0.1'],
  ['::1'],
  ['10.1.2.3'],
  ['172.16.0.1'],
  ['192.168.1.1'],
  ['fd00::1'],
  ['8.8.8.8'],
  ['2606:4700::1111'],
  ['::ffff:10.1.2.3'],
  ['64:ff9b::808:808'],
])('%s may be called', (address) => {
  expect(guard(address)).toBeNull()
})

test.each([
  ['169.254.169.254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['192.0.0.192', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['fd00:0ec2:0:0:0:0:0:0254', 'metadata'],
  ['169.254.0.1', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['febf::1', 'link-local'],
  ['224.0.0.1', 'multicast'],
  ['ff02::1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['250.1.1.1', 'reserved'],
  ['::ffff:a9fe:a9fe', 'metadata'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['::ffff:0.0.0.0', 'unspecified'],
  ['::a9fe:a9fe', 'metadata'],
  ['::ffff:0:a9fe:a9fe', 'metadata'],
  ['64:ff9b::a9fe:a9fe', 'metadata'],
  ['64:ff9b:1::a9fe:a9fe', 'metadata'],
  ['64:ff9b:1:a9fe:a9:fe00::', 'metadata'],
  ['2002:a9fe:a9fe::1', 'metadata'],
  ['2001:db8::5efe:a9fe:a9fe', 'metadata'],
  ['2001:0:102:304:0:0:5601:5601', 'metadata'],
  ['a name', 'not an IP address'],
])('%s is never called', (address, why) => {
  expect(guard(address)).toContain(why)
})

describe('the lists', () => {
  const ten = { address: '10.0.0.0', prefix: 8, family: 'ipv4' } as const
  const one = { address: '10.0.0.1', prefix: 32, family: 'ipv4' } as const
  const lists = createTargetGuard({
    allow: [ten, { address: '169.254.0.0', prefix: 16, family: 'ipv4' }],
    deny: [one],
  })

  test('what is allowed is called, in either family', () => {
    expect([lists('10.0.0.2'), lists('::ffff:10.0.0.2')]).toEqual([null, null])
  })

  test('what is not allowed, or denied, is refused by the name of the setting', () => {
    expect(lists('192.168.0.1')).toContain('RECALL_ALLOW_ADDRESSES')
    expect(lists('10.0.0.1')).toContain('RECALL_DENY_ADDRESSES')
    expect(lists('::ffff:a00:1')).toContain('RECALL_DENY_ADDRESSES')
  })

  test('no list opens what is closed for good', () => {
    expect(lists('169.254.169.254')).toContain('never called')
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const now = () => instantAt(1_700_000_000_000)
const resolvingTo =
  (address: () => string): LookupFunction =>
  (_host, options, done) =>
    options.all === true
      ? done(null, [{ address: address(), family: 4 }])
      : done(null, address(), 4)

const expectRefused = ({ result, report }: RecallReply, why = 'never called'): void => {
  expect(result).toMatchObject({ type: 'failed', retryable: false })
  expect(result.type === 'failed' ? result.reason : '').toContain(why)
  expect(report.phases.connectMs).toBeNull()
}

describe('over HTTP', () => {
  const transportWith = (lookup?: LookupFunction) => {
    const transport = createHttpTransport({
      now,
      refuseAddress: guard,
      idleMs: 1,
      ...(lookup === undefined ? {} : { lookup }),
    })
    closers.push(transport.close)
    return transport
  }

  test.each([
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://2852039166/'],
    ['http://0251.0376.0251.0376/'],
    ['http://0xa9.0xfe.0xa9.0xfe/'],
    ['http://0xA9FEA9FE/'],
    ['http://169.254.43518/'],
    ['http://[::ffff:a9fe:a9fe]/'],
    ['http://[::ffff:169.254.169.254]/'],
    ['http://[fe80::1]/'],
    ['http://[64:ff9b::169.254.169.254]/'],
    ['https://[fd00:ec2::254]/'],
    ['http://0/'],
  ])('%s is refused before a connection', async (url) => {
    expectRefused(await transportWith().call(recallTo({ type: 'http', url })))
  })

  test('a name that was harmless when it was saved is refused when it no longer is', async () => {
    const callee = await startHttpCallee((response) => {
      response.setHeader('Connection', 'close')
      response.end()
    })
    closers.push(callee.close)
    let address = '127.0.0.1'
    const transport = transportWith(resolvingTo(() => address))
    const target = { type: 'http', url: `http://rebound.example:${callee.port}/` } as const
    expect((await transport.call(recallTo(target))).result.type).toBe('succeeded')
    address = '169.254.169.254'
    expectRefused(await transport.call(recallTo(target)))
  })

  test('of a name with several addresses the harmless one helps no other', async () => {
    const callee = await startHttpCallee((response) => response.end())
    closers.push(callee.close)
    const both: LookupFunction = (_host, options, done) =>
      options.all === true
        ? done(null, [
            { address: '169.254.169.254', family: 4 },
            { address: '127.0.0.1', family: 4 },
          ])
        : done(null, '169.254.169.254', 4)
    const target = { type: 'http', url: `http://both.example:${callee.port}/` } as const
    const { result } = await transportWith(both).call(recallTo(target))
    // Either nothing is called, or the harmless one.
    const refused = result.type === 'failed' && result.reason.includes('never called')
    expect(refused || callee.received.length === 1).toBe(true)
  })

  test.each([
    ['http://169.254.169.254/'],
    ['http://2852039166/'],
    ['http://0251.0376.0251.0376/'],
    ['http://0xa9fea9fe/'],
    ['http://[::ffff:169.254.169.254]/'],
    ['http://[fe80::1]/'],
    ['http://[fd00:ec2::254]/'],
    ['http://rebound.example/'],
  ])('a redirect to %s leads nowhere else than a call', async (location) => {
    const callee = await startHttpCallee((response) => {
      response.writeHead(307, { Location: location })
      response.end()
    })
    closers.push(callee.close)
    const lookup = resolvingTo(() => '169.254.169.254')
    const target = { type: 'http', url: callee.url() } as const
    const { result } = await transportWith(lookup).call(recallTo(target, { followRedirects: true }))
    expect(result).toMatchObject({ type: 'failed', retryable: false })
    expect(result.type === 'failed' ? result.reason : '').toContain('never called')
    expect(callee.received).toHaveLength(1)
  })
})

describe('over SOCKET', () => {
  const call = async (host: string, lookup?: LookupFunction): Promise<RecallReply> => {
    const given = lookup === undefined ? {} : { lookup }
    const transport = createSocketTransport({ now, refuseAddress: guard, ...given })
    closers.push(transport.close)
    return transport.call(recallTo({ type: 'socket', host, port: 80 }))
  }

  test.each([
    ['169.254.169.254'],
    ['2852039166'],
    ['0251.0376.0251.0376'],
    ['0xa9fea9fe'],
    ['0xa9.0xfe.0xa9.0xfe'],
    ['::ffff:169.254.169.254'],
    ['fe80::1'],
    ['fd00:ec2::254'],
    ['2002:a9fe:a9fe::'],
  ])('%s is refused before a connection', async (host) => {
    expectRefused(await call(host))
  })

  test('and so is a name that was harmless when it was saved', async () => {
    const callee = await startTcpCallee((socket) => {
      socket.once('data', () => socket.end('{"success":true}\n'))
    })
    closers.push(callee.close)
    let address = '127.0.0.1'
    const lookup = resolvingTo(() => address)
    const transport = createSocketTransport({ now, refuseAddress: guard, lookup })
    closers.push(transport.close)
    const target = { type: 'socket', host: 'rebound.example', port: callee.port } as const
    expect((await transport.call(recallTo(target))).result.type).toBe('succeeded')
    address = '169.254.169.254'
    expectRefused(await transport.call(recallTo(target)))
    address = '::ffff:169.254.169.254'
    expectRefused(await transport.call(recallTo(target)))
  })

  test('and so is a name that resolves to it', async () => {
    expectRefused(
      await call(
        'rebound.example',
        resolvingTo(() => '100.100.100.200'),
      ),
    )
  })
})
