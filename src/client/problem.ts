// How a call can fail, as errors a program can tell apart: the service says no (CarillonProblem for
// REST, CallRefused for the `.do` calls), or nobody answers in a way that can be understood
// (CarillonUnreachable).

/** What is wrong with one part of a request. */
export interface ProblemPart {
  /** `schedule.expression`; `body` for the request as a whole. */
  readonly field: string
  /** Index of the character that is wrong, where one can be named. */
  readonly position: number | null
  readonly message: string
  readonly messageZh: string
}

/** A refusal of the REST API: `application/problem+json`. */
export class CarillonProblem extends Error {
  override readonly name = 'CarillonProblem'
  readonly status: number
  /** Stable, one for each kind of refusal: `task-not-found`, `changed-meanwhile` … */
  readonly kind: string
  readonly title: string
  readonly detail: string
  readonly detailZh: string
  /** Which parts of the request are wrong, where parts can be named. */
  readonly problems: readonly ProblemPart[]
  /** When repeating can help: after this many seconds. */
  readonly retryAfterSeconds: number | null
  /** What the service's own log has this request under. */
  readonly requestId: string | null

  constructor(said: Readonly<Record<string, unknown>>, response: Response) {
    const detail = textOf(said['detail']) ?? `${response.status} ${response.statusText}`
    super(detail)
    this.status = response.status
    this.kind = (textOf(said['type']) ?? '').replace(/^urn:carillon:problem:/, '')
    this.title = textOf(said['title']) ?? response.statusText
    this.detail = detail
    this.detailZh = textOf(said['detailZh']) ?? detail
    this.problems = partsOf(said['problems'])
    this.retryAfterSeconds = secondsOf(response.headers.get('Retry-After'))
    this.requestId = response.headers.get('X-Request-Id')
  }

  /** The first field that is wrong; null when the request as a whole was refused. */
  get field(): string | null {
    return this.problems[0]?.field ?? null
  }
}

/** A `.do` call answered `success: false`. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  /** `add.do` */
  readonly call: string

  constructor(call: string, error: string) {
    super(error)
    this.call = call
  }
}

/** No answer within the time allowed, none at all, or one that is not this service's. */
export class CarillonUnreachable extends Error {
  override readonly name = 'CarillonUnreachable'
  readonly url: string
  readonly status: number | null

  constructor(url: string, reason: string, { status = null, cause }: Circumstances = {}) {
    super(`${url}: ${reason}`, cause === undefined ? {} : { cause })
    this.url = url
    this.status = status
  }
}

interface Circumstances {
  readonly status?: number | null
  readonly cause?: unknown
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const secondsOf = (header: string | null): number | null =>
  header !== null && /^\d+$/.test(header) ? Number(header) : null

const partsOf = (value: unknown): readonly ProblemPart[] =>
  (Array.isArray(value) ? value : []).filter(isRecord).map((part) => {
    const message = textOf(part['message']) ?? ''
    return {
      field: textOf(part['field']) ?? '',
      position: typeof part['position'] === 'number' ? part['position'] : null,
      message,
      messageZh: textOf(part['messageZh']) ?? message,
    }
  })
