// given (events), when (a command), then (events, or a refusal): compared in order and in full.
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import type { Decider } from '../../src/domain/decider.ts'

export const specificationOf = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
) => ({
  given: (...past: readonly Event[]) => {
    const state = past.reduce(decider.evolve, decider.initialState)
    return {
      when: (command: Command) => {
        const decision = decider.decide(command, state)
        return {
          then: (...expected: readonly Event[]) => expect(decision).toEqual(E.right(expected)),
          thenRefused: (rejection: Rejection) => expect(decision).toEqual(E.left(rejection)),
          /** For decisions of which only a part matters to the test. */
          events: (): readonly Event[] => {
            if (E.isLeft(decision)) throw new Error(`refused: ${JSON.stringify(decision.left)}`)
            return decision.right
          },
        }
      },
      state,
    }
  },
})
