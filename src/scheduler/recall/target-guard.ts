// Which addresses may be called. Callees live in private networks, so those are open; what only ever
// serves an attack (link-local, cloud metadata, multicast, broadcast, unspecified) is closed for good
// and no setting opens it. Asked about the very address that is connected to, so that neither a name
// that resolves differently a moment later nor a redirect gets around it. An IPv6 address that
// carries an IPv4 one is judged by both.
import { BlockList, isIP } from 'node:net'

/** One address or range; an address alone has the full prefix. */
export interface AddressRange {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

export interface TargetGuardOptions {
  /** When there are any, nothing else is called. */
  readonly allow: readonly AddressRange[]
  readonly deny: readonly AddressRange[]
}

/** A reason to refuse the address, or null. */
export type TargetGuard = (address: string) => string | null

export const createTargetGuard = (options: TargetGuardOptions): TargetGuard => {
  const allowed = options.allow.length === 0 ? null : blockListOf(options.allow)
  const denied = blockListOf(options.deny)
  return (address) => {
    const plain = address.replace(/%.*$/, '') // the zone of a link-local address
    if (isIP(plain) === 0) return `"${address}" is not an IP address`
    const judged = [plain, ...carriedIn(plain)]
    for (const one of judged) {
      const kind = closedForGood.find(({ list }) => holds(list, one))?.kind
      if (kind !== undefined) return `${naming(address, one)} is ${kind}, which is never called`
      if (holds(denied, one)) return `${naming(address, one)} is denied by RECALL_DENY_ADDRESSES`
    }
    const open = allowed === null || judged.some((one) => holds(allowed, one))
    return open ? null : `${address} is not among RECALL_ALLOW_ADDRESSES`
  }
}

const naming = (address: string, judged: string): string =>
  address === judged ? address : `${address} (${judged})`

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const holds = (list: BlockList, address: string): boolean => list.check(address, familyOf(address))

const blockListOf = (ranges: readonly AddressRange[]): BlockList => {
  const list = new BlockList()
  for (const { address, prefix, family } of ranges) list.addSubnet(address, prefix, family)
  return list
}

const kind = (name: string, ...ranges: readonly (readonly [string, number])[]) => ({
  kind: name,
  list: blockListOf(
    ranges.map(([address, prefix]) => ({ address, prefix, family: familyOf(address) })),
  ),
})

/** The first that fits gives its name to the refusal. */
const closedForGood = [
  kind(
    'a cloud metadata address',
    ['169.254.169.254', 32],
    ['169.254.170.2', 32], // AWS container credentials
    ['100.100.100.200', 32], // Alibaba Cloud
    ['192.0.0.192', 32], // Oracle Cloud
    ['168.63.129.16', 32], // Azure
    ['fd00:ec2::254', 128], // AWS
    ['fd20:ce::254', 128], // Google Cloud
  ),
  kind('a link-local address', ['169.254.0.0', 16], ['fe80::', 10]),
  kind('a multicast address', ['224.0.0.0', 4], ['ff00::', 8]),
  kind('the broadcast address', ['255.255.255.255', 32]),
  kind('an unspecified address', ['0.0.0.0', 8], ['::', 128]),
  kind('a reserved address', ['240.0.0.0', 4]),
]

/** Where the IPv4 address stands in an IPv6 one, as indices of its 16 bytes. */
const carriers: readonly { readonly list: BlockList; readonly bytes: readonly number[] }[] = [
  carrier(['::ffff:0:0', 96], [12, 13, 14, 15]), // IPv4-mapped
  carrier(['::ffff:0:0:0', 96], [12, 13, 14, 15]), // IPv4-translated
  carrier(['::', 96], [12, 13, 14, 15]), // IPv4-compatible
  carrier(['64:ff9b::', 96], [12, 13, 14, 15]), // NAT64
  carrier(['2002::', 16], [2, 3, 4, 5]), // 6to4
]

function carrier([address, prefix]: readonly [string, number], bytes: readonly number[]) {
  return { list: blockListOf([{ address, prefix, family: 'ipv6' }]), bytes }
}

const localNat64 = blockListOf([{ address: '64:ff9b:1::', prefix: 48, family: 'ipv6' }])

const carriedIn = (address: string): string[] => {
  if (isIP(address) !== 6 || address === '::1') return []
  const all = bytesOf(address)
  const read = (bytes: readonly number[]) => bytes.map((index) => all[index] ?? 0).join('.')
  const carried = carriers
    .filter(({ list }) => list.check(address, 'ipv6'))
    .map(({ bytes }) => read(bytes))
  // NAT64 within a network: its prefix is of 96 bits or of 48, and the other reading is empty.
  if (localNat64.check(address, 'ipv6'))
    carried.push(
      ...[read([12, 13, 14, 15]), read([6, 7, 9, 10])].filter((found) => found !== '0.0.0.0'),
    )
  // ISATAP: the interface's half says 5efe; Teredo: the client's address stands inverted at the end.
  const end = all.slice(12)
  if ((all[8] === 0 || all[8] === 2) && all[9] === 0 && all[10] === 0x5e && all[11] === 0xfe)
    carried.push(end.join('.'))
  if (all[0] === 0x20 && all[1] === 1 && all[2] === 0 && all[3] === 0)
    carried.push(end.map((byte) => byte ^ 0xff).join('.'))
  return carried
}

const bytesOf = (address: string): number[] => {
  // The URL parser writes every form of an IPv6 address as groups of hex digits.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
