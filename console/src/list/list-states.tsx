// Around a long list: what stands there before it came, when it does not come, and when it is empty.
import type { ReactNode } from 'react'
import { Failed, Loading, Nothing, Stale } from '../parts/states.tsx'
import type { Endless } from './endless.ts'

interface Props<Row> {
  readonly of: Endless<Row>
  readonly empty: { readonly title: string; readonly hint: string }
  readonly children: ReactNode
}

export const ListStates = <Row,>({ of: list, empty, children }: Props<Row>) => {
  const { rows, isPending, error, refetch } = list
  if (isPending) return <Loading />
  if (error !== null && rows.length === 0) return <Failed error={error} retry={refetch} />
  return (
    <>
      {error !== null && <Stale />}
      {rows.length === 0 ? <Nothing {...empty} /> : children}
    </>
  )
}
