// Many requests, a few at a time, answered in their order.

const batchSize = 8

export const inBatches = async <A, B>(
  items: readonly A[],
  work: (item: A) => Promise<B>,
): Promise<readonly B[]> => {
  const done: B[] = []
  for (let at = 0; at < items.length; at += batchSize)
    done.push(...(await Promise.all(items.slice(at, at + batchSize).map(work))))
  return done
}
