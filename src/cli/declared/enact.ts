// Carries out what a rehearsal found, by the commands that everybody uses. A change is made at the
// revision it was compared with. The revision also counts fires, so a refusal for that reason is
// looked into: where nothing but fires came between, it is tried again; anything else is left alone.
import { setTimeout as sleep } from 'node:timers/promises'
import * as t from 'io-ts'
import { exitCodes, Refusal } from '../command.ts'
import { Refused, type Service } from '../service.ts'
import { differencesOf } from './differences.ts'
import { complaint, nameOf } from './documents.ts'
import type { Pausing } from './pausing.ts'
import { pathOf, rehearse, type Current, type Rehearsed } from './rehearse.ts'

export interface Enacting {
  readonly service: Service
  readonly reason: string | undefined
  readonly now: () => number
}

const Written = t.type({ revision: t.union([t.number, t.null]) })

export const enact = async (enacting: Enacting, rehearsed: Rehearsed): Promise<void> => {
  const { action, pausing } = rehearsed
  if (action !== 'none') await define(enacting, rehearsed)
  if (pausing === null) return
  const seen = action === 'none' ? rehearsed : await look(enacting, rehearsed)
  await pauseOrResume(enacting, seen, pausing)
}

const attemptsMax = 50
const attemptEveryMs = 20

/** Sends at the revision that was seen for as long as only fires came between. */
const atRevision = async (
  enacting: Enacting,
  seen: Rehearsed,
  send: (preconditions: Readonly<Record<string, string>>) => Promise<unknown>,
): Promise<void> => {
  let current = seen.current
  for (let attempt = 1; ; attempt++) {
    try {
      await send(
        current === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${current.revision}"` },
      )
      return
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const isOvertaken = error.status === 412 || (error.status === 409 && current === null)
      if (!isOvertaken) throw placed(seen, error.message, error.exitCode)
      const { current: now } = await look(enacting, seen)
      if (!isSame(seen.current, now) || attempt === attemptsMax)
        throw placed(seen, 'changed meanwhile by somebody else', exitCodes.changedMeanwhile)
      current = now
      await sleep(attemptEveryMs)
    }
  }
}

const look = ({ service, now }: Enacting, { document }: Rehearsed): Promise<Rehearsed> =>
  rehearse(service, document, now())

const isSame = (a: Current | null, b: Current | null): boolean =>
  a === null || b === null
    ? a === b
    : a.status === b.status &&
      (a.pausedUntil ?? null) === (b.pausedUntil ?? null) &&
      differencesOf(a.definition, b.definition).length === 0

const placed = ({ document }: Rehearsed, message: string, exitCode: Refusal['exitCode']): Refusal =>
  new Refusal(exitCode, complaint(document.place, nameOf(document), message))

const define = (enacting: Enacting, rehearsed: Rehearsed): Promise<void> =>
  atRevision(enacting, rehearsed, (headers) =>
    enacting.service.send({
      method: 'PUT',
      path: pathOf(rehearsed.document),
      query: { reason: enacting.reason },
      headers,
      body: rehearsed.body,
      codec: Written,
    }),
  )

const pauseOrResume = (
  enacting: Enacting,
  seen: Rehearsed,
  { verb, until }: Pausing,
): Promise<void> =>
  atRevision(enacting, seen, (headers) =>
    enacting.service.send({
      method: 'POST',
      path: `${pathOf(seen.document)}/${verb}`,
      query: { reason: enacting.reason, until },
      headers,
      codec: Written,
    }),
  )
