// A log nobody has written to, and a store that is being closed. Each test has a store of its own.
import { expect } from 'vitest'
import { append, appended, follow, newEvents, newStream, run, type Check } from './kit.ts'

export const firstUseContract = (check: Check): void => {
  check('an empty log has no head and reads as empty', async ({ store }) => {
    expect(await run(store.head())).toBeNull()
    const page = await run(store.readAll({ after: null, prefixes: [], limit: 10 }))
    expect(page).toEqual({ events: [], through: null, atHead: true })
  })

  check(
    'a subscription to an empty log reports the head, then sees the first event',
    async ({ store, second }) => {
      const follower = follow(store, { after: null, prefixes: [], limit: 10 })
      await follower.until(() => follower.pages.length > 0)
      expect(follower.pages[0]).toEqual({ events: [], through: null, atHead: true })
      const { position } = appended(await append(second, newStream(), 'none', newEvents(1)))
      await follower.until(() => follower.events().length === 1)
      await follower.stop()
      expect(follower.events()[0]?.position).toBe(position)
      expect(follower.pages.at(-1)?.through).toBe(position)
    },
  )

  check('closing waits for appends in flight', async ({ store, second }) => {
    const stream = newStream()
    const pending = append(store, stream, 'none', newEvents(3))
    await store.close()
    expect(appended(await pending).revision).toBe(2)
    if (second !== store) {
      const read = await run(second.readStream(stream, { direction: 'forwards', limit: 10 }))
      expect(read).toHaveLength(3)
    }
  })
}
