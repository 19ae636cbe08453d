// One call on a node's connection: messages out, messages in, and how it ended. Every call ends: by
// the server's word, by its deadline, by being cancelled, or with its connection.
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { GrpcError, statusCodes, statusIn } from './grpc-error.ts'
import { createFrameCutter } from './grpc-frames.ts'

export interface Call {
  /** Frames of a {@link ProtobufWriter}, one or many. */
  send(frames: Buffer): void
  /** Nothing more will be sent. */
  finish(): void
  pause(): void
  resume(): void
  cancel(): void
  /** Rejects with a {@link GrpcError} unless the server said that all went well. */
  readonly ended: Promise<void>
}

export interface CallOptions {
  /** Null: the call is to last. */
  readonly deadlineMs: number | null
  readonly onMessage: (message: Buffer) => void
}

/** `lost` tells what became of the connection, in words. */
export const callOver = (
  stream: ClientHttp2Stream,
  { deadlineMs, onMessage }: CallOptions,
  lost: () => string,
): Call => {
  let failure: GrpcError | null = null
  let status: GrpcError | null = null

  const giveUp = (error: GrpcError): void => {
    failure ??= error
    stream.close(constants.NGHTTP2_CANCEL)
  }
  const note = (headers: IncomingHttpHeaders): void => {
    status ??= statusIn(headers)
    const http = Number(headers[':status'] ?? 200)
    if (http !== 200)
      giveUp(new GrpcError(statusCodes.unavailable, `the server answered with HTTP status ${http}`))
  }
  const cut = createFrameCutter(onMessage)

  const ended = new Promise<void>((resolve, reject) => {
    const timer =
      deadlineMs === null
        ? undefined
        : setTimeout(
            () => giveUp(new GrpcError(statusCodes.deadlineExceeded, 'the deadline has passed')),
            deadlineMs,
          )
    stream.on('response', note)
    stream.on('trailers', note)
    stream.on('data', (chunk: Buffer) => {
      try {
        cut(chunk)
      } catch (error) {
        giveUp(
          error instanceof GrpcError
            ? error
            : new GrpcError(statusCodes.unimplemented, `not understood: ${String(error)}`),
        )
      }
    })
    stream.on('end', () => void stream.end())
    stream.on('error', () => undefined) // 'close' follows, and the connection tells why
    stream.on('close', () => {
      clearTimeout(timer)
      const told = failure ?? status
      if (told === null) reject(new GrpcError(statusCodes.unavailable, lost()))
      else if (told.code === statusCodes.ok) resolve()
      else reject(told)
    })
  })

  return {
    send: (frames) => {
      if (!stream.closed && !stream.destroyed && stream.writable) stream.write(frames)
    },
    finish: () => void stream.end(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    cancel: () => giveUp(new GrpcError(statusCodes.cancelled, 'cancelled')),
    ended,
  }
}
