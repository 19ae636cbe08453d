// A listener of the live feed, as a browser's EventSource is one, in so far as tests need it.
export interface Frame {
  readonly id: string | null
  readonly event: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
}

export interface TestListener {
  readonly status: number
  readonly headers: Headers
  /** The next frame; null when the stream has ended. */
  readonly next: () => Promise<Frame | null>
  /** The next frames that tell a change, passing over `ready` and heartbeats. */
  readonly changes: (count: number) => Promise<readonly Frame[]>
  readonly leave: () => void
}

const aside = ['ready', 'heartbeat']

export const listenTo = async (
  url: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<TestListener> => {
  const leaving = new AbortController()
  const { signal } = leaving
  const response = await fetch(`${url}/api/v1/feed${query}`, { headers, signal })
  const frames = framesOf(response)
  const next = async (): Promise<Frame | null> => (await frames.next()).value ?? null
  return {
    status: response.status,
    headers: response.headers,
    next,
    changes: async (count) => {
      const changes: Frame[] = []
      while (changes.length < count) {
        const frame = await next()
        if (frame === null) throw new Error(`the feed ended after ${changes.length} changes`)
        if (!aside.includes(frame.event)) changes.push(frame)
      }
      return changes
    },
    leave: () => leaving.abort(),
  }
}

async function* framesOf(response: Response): AsyncGenerator<Frame, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => splitAt(line, line.indexOf(': '))))
      const data = fields.get('data')
      if (data === undefined) continue
      const event = fields.get('event') ?? 'message'
      yield { id: fields.get('id') ?? null, event, data: JSON.parse(data) }
    }
  }
  return undefined
}

const splitAt = (line: string, at: number): [string, string] => [
  line.slice(0, at),
  line.slice(at + 2),
]
