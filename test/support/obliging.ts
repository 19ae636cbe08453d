// A callee to whom every call is welcome: it answers with success, at once or after what it is given to
// wait for.
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type {
  RecallReply,
  RecallRequest,
  RecallTransport,
} from '../../src/scheduler/recall/transports/transport.ts'

const phases = { queuedMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
const heard = { statusCode: 200, reply: null, replyBytes: 0, replySha256: null }

const success = (startedAt: Instant): RecallReply => ({
  result: { type: 'succeeded', resultValue: null },
  report: { startedAt, durationMs: 0, phases, ...heard },
})

export const obligingCallee = (
  now: () => number,
  onCall: (request: RecallRequest, at: Instant) => void | Promise<void>,
): RecallTransport => ({
  call: async (request) => {
    const at = instantAt(now())
    await onCall(request, at)
    return success(at)
  },
  close: () => Promise.resolve(),
})
