// Collects what is to be sent to another thread and sends it together once a turn of the event loop:
// a message costs much more than what is in it.

export interface Outbox<T> {
  readonly put: (item: T) => void
}

export const createOutbox = <T>(send: (items: readonly T[]) => void): Outbox<T> => {
  let waiting: T[] = []
  const flush = (): void => {
    const items = waiting
    waiting = []
    send(items)
  }
  return {
    put: (item) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push(item)
    },
  }
}
