// Who may go when: pieces of work of one name go one after the other, in the order of arrival; of
// different names, up to a limit at once.

export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>

export const createTurns = (atOnceMax: number): InTurn => {
  const lastOf = new Map<string, Promise<unknown>>()
  const waiting: (() => void)[] = []
  let free = atOnceMax

  const limited = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((go) => void waiting.push(go))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }

  return (name, work) => {
    const before = lastOf.get(name)
    const mine =
      before === undefined
        ? limited(work)
        : before.then(
            () => limited(work),
            () => limited(work),
          )
    lastOf.set(name, mine)
    const leave = () => {
      if (lastOf.get(name) === mine) lastOf.delete(name)
    }
    mine.then(leave, leave)
    return mine
  }
}
