// Around a long list: what stands there before it came, when it does not come, and when it is empty. A
// search may find nothing on its first pages and still not be at its end: then it goes on by itself.
import { useEffect, type ReactNode } from 'react'
import { Failed, Loading, Nothing, Stale } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import type { Endless } from './endless.ts'
import { listWords } from './words.ts'

interface Props<Row> {
  readonly of: Endless<Row>
  readonly empty: { readonly title: string; readonly hint: string }
  readonly children: ReactNode
}

export const ListStates = <Row,>({ of: list, empty, children }: Props<Row>) => {
  const { rows, isPending, error, refetch, hasMore, show } = list
  if (isPending) return <Loading />
  if (error !== null && rows.length === 0) return <Failed error={error} retry={refetch} />
  return (
    <>
      {error !== null && <Stale />}
      {rows.length > 0 ? children : hasMore ? <Searching show={show} /> : <Nothing {...empty} />}
    </>
  )
}

const Searching = ({ show }: Pick<Endless<unknown>, 'show'>) => {
  const say = useWords(listWords)
  // It is another function once another page has come.
  useEffect(() => show(0, 0), [show])
  return (
    <p role="status" className="nothing">
      {say('searching')}
    </p>
  )
}
