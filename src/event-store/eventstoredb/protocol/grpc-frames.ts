// Cuts what arrives on a call into its messages, however the network has cut it.
import { GrpcError, statusCodes } from './grpc-error.ts'

const headSize = 5

/** Calls back for each message that is complete. Throws when the server compresses, which it was told not to. */
export const createFrameCutter = (onMessage: (message: Buffer) => void) => {
  let held: Buffer[] = []
  let heldSize = 0
  /** Bytes without which nothing more can be cut off. */
  let needed = headSize

  return (chunk: Buffer): void => {
    let bytes = chunk
    if (heldSize > 0) {
      held.push(chunk)
      heldSize += chunk.length
      if (heldSize < needed) return
      bytes = Buffer.concat(held, heldSize)
      held = []
      heldSize = 0
    }
    let at = 0
    needed = headSize
    while (bytes.length - at >= headSize) {
      if (bytes[at] !== 0) throw new GrpcError(statusCodes.unimplemented, 'a compressed message')
      const length = bytes.readUInt32BE(at + 1)
      needed = headSize + length
      if (bytes.length - at < needed) break
      onMessage(bytes.subarray(at + headSize, at + needed))
      at += needed
      needed = headSize
    }
    if (at === bytes.length) return
    held = [bytes.subarray(at)]
    heldSize = bytes.length - at
  }
}
