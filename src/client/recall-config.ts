// `recallConfig` of `add.do`: whom a fire calls back, over HTTP or a TCP socket, and with what.

interface RecallFields {
  /** Handed to the callee. */
  readonly data?: unknown
  /** Beyond the original's fields: `timeoutMs`, `retries`, `overlap` … (docs/recalls.md). */
  readonly more?: Readonly<Record<string, unknown>>
}

export class HttpRecallConfig {
  readonly recallType = 'HTTP'
  readonly #fields: RecallFields & { readonly url: string }

  constructor(fields: RecallFields & { readonly url: string }) {
    this.#fields = fields
  }

  toJSON(): object {
    const { url, data, more } = this.#fields
    return { ...more, recallType: this.recallType, option: { url }, ...given(data) }
  }
}

export class SocketRecallConfig {
  readonly recallType = 'SOCKET'
  readonly #fields: RecallFields & { readonly host: string; readonly port: number }

  constructor(fields: RecallFields & { readonly host: string; readonly port: number }) {
    this.#fields = fields
  }

  toJSON(): object {
    const { host, port, data, more } = this.#fields
    return { ...more, recallType: this.recallType, option: { host, port }, ...given(data) }
  }
}

export type RecallConfig = HttpRecallConfig | SocketRecallConfig

const given = (data: unknown): { readonly data?: unknown } => (data === undefined ? {} : { data })
