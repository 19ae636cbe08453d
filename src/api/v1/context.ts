// What stands beside the events of a REST change: through which door it came, and why. The console
// names itself in `X-Carillon-Source`; every other caller is the API's.
import type { IncomingMessage } from 'node:http'
import type { CommandContext } from '../../commands/command-handler.ts'
import type { EventSource } from '../../event-store/envelope.ts'
import type { ApiDeps } from '../deps.ts'

export const sourceOf = ({ headers }: IncomingMessage): EventSource =>
  headers['x-carillon-source'] === 'console' ? 'console' : 'api'

export const contextOf = (
  { ids }: Pick<ApiDeps, 'ids'>,
  request: IncomingMessage,
  reason: string | null,
): CommandContext => ({
  source: sourceOf(request),
  correlationId: ids.eventId(),
  ...(reason === null ? {} : { reason }),
})
