// The promises of src/event-store/event-store.ts as tests, run against every adapter. Adapter-neutral:
// nothing here knows what stores the events. An adapter that cannot keep a promise says so with a
// reason, and the reason is printed with every run; a skip that names no test fails the suite.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendingContract } from './event-store/appending.ts'
import { expectationContract } from './event-store/expectations.ts'
import { firstUseContract } from './event-store/first-use.ts'
import { fidelityContract } from './event-store/fidelity.ts'
import type { Check, StoreUnderTest } from './event-store/kit.ts'
import { readingContract } from './event-store/reading.ts'
import { repetitionContract } from './event-store/repetition.ts'
import { subscribingContract } from './event-store/subscribing.ts'
import { truncationContract } from './event-store/truncation.ts'

export interface Skip {
  readonly test: string
  readonly reason: string
}

/**
 * `create` opens the store. It is called once for all tests and a second time for the tests of
 * first use, which expect an empty log (an adapter on a shared server skips those).
 */
export const eventStoreContract = (
  name: string,
  create: () => Promise<StoreUnderTest>,
  { skip }: { readonly skip: readonly Skip[] } = { skip: [] },
): void => {
  describe(`${name} keeps the promises of the event store`, () => {
    let subject: StoreUnderTest | undefined
    const known = new Set<string>()

    beforeAll(async () => {
      subject = await create()
    })
    afterAll(async () => {
      if (subject !== undefined) await closeBoth(subject)
    })

    const register = (check: string, body: () => Promise<void>): void => {
      known.add(check)
      const skipped = skip.find((s) => s.test === check)
      if (skipped === undefined) return test(check, body)
      console.warn(`${name} skips "${check}": ${skipped.reason}`)
      test.skip(`${check} (skipped: ${skipped.reason})`, body)
    }
    const onShared: Check = (check, body) =>
      register(check, () => (subject === undefined ? fail() : body(subject)))
    const onFresh: Check = (check, body) =>
      register(check, async () => {
        const fresh = await create()
        try {
          await body(fresh)
        } finally {
          await closeBoth(fresh)
        }
      })

    expectationContract(onShared)
    appendingContract(onShared)
    repetitionContract(onShared)
    readingContract(onShared)
    fidelityContract(onShared)
    truncationContract(onShared)
    subscribingContract(onShared)
    firstUseContract(onFresh)

    test('every declared skip names a test', () => {
      expect(skip.map((s) => s.test).filter((s) => !known.has(s))).toEqual([])
    })
  })
}

const fail = (): never => {
  throw new Error('the store was not created')
}

const closeBoth = async ({ store, second }: StoreUnderTest): Promise<void> => {
  await store.close()
  if (second !== store) await second.close()
}
