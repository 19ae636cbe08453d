// Identical questions that are asked at the same time are answered once. Nobody gets an answer that was
// begun before they asked, so that what was just changed is in it: who comes while one is being worked
// on shares the next one with all who come meanwhile. Nothing is kept once it is answered.

/** Answers the question of this name, alone or together with others who ask it now. */
export type Share<A> = (name: string, ask: () => Promise<A>) => Promise<A>

interface UnderWay<A> {
  current: Promise<A>
  /** Shared by all who come before it begins. */
  next: Promise<A> | null
}

const settled = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  )

export const createSharing = <A>(): Share<A> => {
  const questions = new Map<string, UnderWay<A>>()

  const begin = (name: string, underWay: UnderWay<A>, work: Promise<A>): Promise<A> => {
    underWay.current = work
    underWay.next = null
    void settled(work).then(() => {
      if (underWay.current === work && underWay.next === null) questions.delete(name)
    })
    return work
  }

  return (name, ask) => {
    const known = questions.get(name)
    if (known === undefined) {
      const current = ask()
      const underWay = { current, next: null }
      questions.set(name, underWay)
      return begin(name, underWay, current)
    }
    known.next ??= settled(known.current).then(() => begin(name, known, ask()))
    return known.next
  }
}
