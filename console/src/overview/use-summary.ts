// The summary, asked as often as the first page needs it.
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { Summary } from './summary.ts'
import { every } from '../api/live.ts'

export const useSummary = () =>
  useQuery({
    queryKey: ['summary'],
    refetchInterval: every(2_000),
    queryFn: ({ signal }) => get('/stats/summary?limit=20', Summary, signal),
  })
