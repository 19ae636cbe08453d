// Carries out what a rehearsal found, by the commands that everybody uses. A change is made at the
// revision it was compared with; what somebody else changed since is left alone.
import * as t from 'io-ts'
import { exitCodes, Refusal } from '../command.ts'
import { Refused, type Service } from '../service.ts'
import { complaint, nameOf } from './documents.ts'
import type { Pausing } from './pausing.ts'
import { pathOf, rehearse, type Rehearsed } from './rehearse.ts'

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
  const { service, now } = enacting
  const seen = action === 'none' ? rehearsed : await rehearse(service, rehearsed.document, now())
  await pauseOrResume(enacting, seen, pausing)
}

/** As it was seen, or not at all. */
const asSeen = async (
  seen: Rehearsed,
  send: (preconditions: Readonly<Record<string, string>>) => Promise<unknown>,
): Promise<void> => {
  const { current } = seen
  try {
    await send(
      current === null
        ? { 'If-None-Match': '*' }
        : { 'If-Match': `"${current.changeRevision ?? current.revision}"` },
    )
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const isOvertaken = error.status === 412 || (error.status === 409 && current === null)
    throw isOvertaken
      ? placed(seen, 'changed meanwhile by somebody else', exitCodes.changedMeanwhile)
      : placed(seen, error.message, error.exitCode)
  }
}

const placed = ({ document }: Rehearsed, message: string, exitCode: Refusal['exitCode']): Refusal =>
  new Refusal(exitCode, complaint(document.place, nameOf(document), message))

const define = (enacting: Enacting, rehearsed: Rehearsed): Promise<void> =>
  asSeen(rehearsed, (headers) =>
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
  asSeen(seen, (headers) =>
    enacting.service.send({
      method: 'POST',
      path: `${pathOf(seen.document)}/${verb}`,
      query: { reason: enacting.reason, until },
      headers,
      codec: Written,
    }),
  )
