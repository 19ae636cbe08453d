// A keyset-paged list: its states, its rows, and the button that fetches the next page.
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { usePreferences } from '../preferences.tsx'
import { Failed, Loading, Stale } from './states.tsx'

interface Paged {
  readonly isPending: boolean
  readonly error: Error | null
  readonly data: unknown
  readonly refetch: () => unknown
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => unknown
}

export const Pages = ({
  of: list,
  children,
}: {
  readonly of: Paged
  readonly children: ReactNode
}) => {
  const { say } = usePreferences()
  if (list.isPending) return <Loading />
  if (list.error !== null && list.data === undefined)
    return <Failed error={list.error} retry={list.refetch} />
  return (
    <>
      {list.error !== null && <Stale />}
      {children}
      {list.hasNextPage && (
        <div className="more">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say('more')}
          </Button>
        </div>
      )}
    </>
  )
}
