// Which process looks after which tasks. All tasks fall into a fixed number of shares by the name of
// their stream, and each share belongs to one of the processes that schedule (rendezvous hashing: the
// one that draws the highest lot for it). Everybody who sees the same processes comes to the same
// answer, and when one comes or goes, only its own shares move. Pure.
import { createHash } from 'node:crypto'

/** Never changes: the agenda's table computes the same number of the same name. */
export const sharesTotal = 64

export const allShares: readonly number[] = Array.from({ length: sharesTotal }, (_, n) => n)

const rememberedMax = 100_000
const remembered = new Map<string, number>()

/** The first byte of the name's MD5, as PostgreSQL can compute it too, modulo the number of shares. */
export const shareOf = (stream: string): number => {
  const known = remembered.get(stream)
  if (known !== undefined) return known
  const share = createHash('md5').update(stream).digest().readUInt8(0) % sharesTotal
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(stream, share)
  return share
}

/** The owner of each share, by its number; null: nobody is there. */
export const assignShares = (nodes: readonly string[]): readonly (string | null)[] => {
  const seeds = nodes.map((node) => ({ node, seed: hashOf(node) }))
  return allShares.map((share) => {
    let owner: string | null = null
    let highest = -1
    for (const { node, seed } of seeds) {
      const lot = mixed(seed ^ Math.imul(share + 1, 0x9e3779b1))
      if (lot < highest || (lot === highest && owner !== null && node > owner)) continue
      highest = lot
      owner = node
    }
    return owner
  })
}

/** FNV-1a. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** Every bit of the input moves every bit of the output (the finalizer of MurmurHash3). */
const mixed = (hash: number): number => {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
