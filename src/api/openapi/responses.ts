// Headers and refusals that many routes have in common, each described once.
import type { JsonSchema } from '../described.ts'
import { keyPartSchema } from '../v1/query.ts'
import type { HeaderName } from './operation.ts'

const header = (name: string, description: string, schema: JsonSchema) => ({
  name,
  in: 'header',
  description,
  required: false,
  schema,
})

export const headerParameters = {
  'X-Tenant': header('X-Tenant', 'Whose tasks; percent-encoded where it is not ASCII.', {
    ...keyPartSchema,
    default: 'default',
  }),
  'Idempotency-Key': header(
    'Idempotency-Key',
    'Repeated with the same key within 24 hours, the request is carried out once and answered as it was the first time.',
    { type: 'string', minLength: 1, maxLength: 255 },
  ),
  'If-Match': header(
    'If-Match',
    'The change is made only if nobody has changed it since: an `ETag` of an earlier answer, or its revision. Fires of a task are no changes, nor is running it now.',
    { type: 'string', examples: ['"7"'] },
  ),
  'If-None-Match': header('If-None-Match', '`*`: only if there is none yet.', {
    type: 'string',
    enum: ['*'],
  }),
  'Last-Event-ID': header('Last-Event-ID', 'The position of the last frame that was read.', {
    type: 'string',
  }),
  'Accept-Language': header('Accept-Language', 'Of the sentence: English or Chinese.', {
    type: 'string',
    examples: ['zh'],
  }),
} as const satisfies Record<HeaderName | 'X-Tenant' | 'Idempotency-Key', object>

export const answerHeaders = {
  'X-Request-Id': {
    description: 'Of this request, in the log of the service too.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'For `If-Match`: the revision of the newest change.',
    schema: { type: 'string', examples: ['"7"'] },
  },
  'X-Carillon-Position': {
    description: 'For `after` of a question, whose answer then contains this change.',
    schema: { type: 'string' },
  },
  'Idempotency-Replayed': {
    description: '`true`: this is the first answer under this key, once more.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Retry-After': { description: 'In seconds.', schema: { type: 'integer', minimum: 0 } },
  error: { description: 'Why it was refused, percent-encoded.', schema: { type: 'string' } },
} as const

/** What a status of a refusal means here. */
const refusals: Readonly<Record<number, string>> = {
  400: 'The request is invalid; `problems` names its parts.',
  404: 'There is no such thing.',
  408: 'The body came too slowly.',
  409: 'What is there does not allow it, or others are changing it at the same time.',
  410: 'The log no longer holds that moment.',
  412: 'It was changed meanwhile.',
  413: 'The body is too large.',
  431: 'The headers are too large: the HTTP server itself says so, without a body.',
  422: 'It is well-formed and means nothing that can be done.',
  500: 'A bug, or an event that cannot be read.',
  503: 'The store or the read models are away, or not that far yet.',
}

const retried = new Set([409, 503])

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

export const problemResponse = (status: number) => ({
  description: refusals[status] ?? 'Refused.',
  headers: {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...(retried.has(status) ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } : {}),
  },
  ...(status === 431 ? {} : { content: problemContent }),
})

export const refusalStatuses: readonly number[] = Object.keys(refusals).map(Number)
