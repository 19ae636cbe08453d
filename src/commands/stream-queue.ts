// One piece of work at a time for each stream, in the order of arrival; streams do not wait for each
// other. Costs nothing but a map entry while nobody else is in line.

export const createStreamQueue = (): (<T>(
  stream: string,
  work: () => Promise<T>,
) => Promise<T>) => {
  const tails = new Map<string, Promise<unknown>>()
  return (stream, work) => {
    const before = tails.get(stream)
    // `work` never rejects for a reason its successor would share, so both ways lead on.
    const mine = before === undefined ? work() : before.then(work, work)
    tails.set(stream, mine)
    const leave = () => {
      if (tails.get(stream) === mine) tails.delete(stream)
    }
    mine.then(leave, leave)
    return mine
  }
}
