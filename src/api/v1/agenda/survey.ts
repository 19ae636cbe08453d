// Working through the rules of a whole service without holding up anything else: other work goes
// first after every so many steps, and of one set of rules one question is worked on at a time. What
// was found is kept with the set, so that the next question costs what has changed.
import { firesOf, type PlannedFire, type Place } from '../../../domain/agenda/fires.ts'
import {
  candidatesOf,
  createLane,
  forkLane,
  isCurrent,
  moveLane,
  type Lane,
  type Work,
} from '../../../domain/agenda/lane.ts'
import { loadOf } from '../../../domain/agenda/load.ts'
import { createLoadBook, type Survey } from '../../../domain/agenda/load-book.ts'
import { nextFire } from '../../../domain/agenda/rule.ts'
import type { RuleSet } from '../../../domain/agenda/rule-set.ts'
import { instantAt, type Instant } from '../../../domain/instant.ts'

/** Lets other work of the process go first. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const done = async <A>(work: Work<A>): Promise<A> => {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await breathe()
  }
}

/** One piece of work at a time; the others wait for their turn. */
export const createQueue = () => {
  let turn: Promise<unknown> = Promise.resolve()
  return <A>(work: () => Promise<A>): Promise<A> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
}

interface Surveyed {
  readonly inTurn: ReturnType<typeof createQueue>
  /** By what walks along it. */
  readonly lanes: Map<string, Lane>
  readonly load: ReturnType<typeof createLoadBook>
}

const surveyed = new WeakMap<RuleSet, Surveyed>()

const surveyedOf = (set: RuleSet): Surveyed => {
  const known = surveyed.get(set)
  if (known !== undefined) return known
  const made = { inTurn: createQueue(), lanes: new Map<string, Lane>(), load: createLoadBook(set) }
  surveyed.set(set, made)
  return made
}

const lanesMax = 6

/** A lane that stands at the instant: the walker's own, or one that branches off another. */
const laneAt = async (
  { lanes }: Surveyed,
  set: RuleSet,
  walker: string,
  at: Instant,
): Promise<Lane> => {
  for (const [name, lane] of lanes) if (!isCurrent(lane)) lanes.delete(name)
  const own = lanes.get(walker)
  const behind = [...lanes.values()].filter(({ from }) => from <= at)
  const nearest = behind.sort((a, b) => b.from - a.from)[0]
  const lane =
    own !== undefined && own.from <= at
      ? own
      : nearest === undefined
        ? await done(createLane(set, at))
        : forkLane(nearest)
  await done(moveLane(lane, at))
  lanes.delete(walker)
  lanes.set(walker, lane)
  for (const oldest of lanes.keys()) if (lanes.size > lanesMax) lanes.delete(oldest)
  return lane
}

export interface Upcoming {
  readonly fires: readonly PlannedFire[]
  readonly more: boolean
  readonly complete: boolean
}

/** A page of what fires from a place on; `walker` names who goes from page to page. */
export const surveyUpcoming = (
  set: RuleSet,
  place: Place,
  to: Instant,
  { walker, limit }: { readonly walker: string; readonly limit: number },
): Promise<Upcoming> => {
  const kept = surveyedOf(set)
  return kept.inTurn(async () => {
    const lane = await laneAt(kept, set, walker, place.at)
    const candidates = candidatesOf(lane, place, to, limit)
    let complete = true
    for (const rule of lane.unknown) {
      const { at, givenUp } = nextFire(rule, instantAt(place.at - 1), to)
      if (at !== null) candidates.push({ rule, at })
      complete &&= !givenUp
    }
    return { ...firesOf(set, candidates, place, to, limit), complete }
  })
}

export const surveyLoad = (set: RuleSet, edges: readonly Instant[]): Promise<Survey> => {
  const { inTurn, load } = surveyedOf(set)
  return inTurn(() => done(loadOf(load, edges)))
}
