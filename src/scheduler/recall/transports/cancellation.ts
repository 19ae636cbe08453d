// Says that a call is not wanted any more. One is made for every call that is made, which is why it is
// not an AbortSignal: that costs more than all the rest of starting a call.

export class Cancellation {
  private listener: (() => void) | null = null
  private given = false

  get cancelled(): boolean {
    return this.given
  }

  cancel(): void {
    if (this.given) return
    this.given = true
    this.listener?.()
  }

  /** There is one listener, whoever carries the call out; null: nobody listens any more. */
  listen(listener: (() => void) | null): void {
    this.listener = listener
  }
}
