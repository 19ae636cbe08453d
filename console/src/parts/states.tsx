// What a list shows when it has nothing, not yet, or not any more.
import { Alert, Button, Skeleton } from 'antd'
import { ApiError } from '../api/client.ts'
import { usePreferences } from '../preferences.tsx'

export const Nothing = ({ title, hint }: { readonly title: string; readonly hint: string }) => (
  <div className="nothing" role="status">
    <strong>{title}</strong>
    <span>{hint}</span>
  </div>
)

export const Loading = () => {
  const { say } = usePreferences()
  return (
    <div role="status" aria-label={say('loading')} className="pad">
      <Skeleton active title={false} paragraph={{ rows: 6, width: '100%' }} />
    </div>
  )
}

interface Trouble {
  readonly error: Error
  readonly retry: () => unknown
}

export const Failed = ({ error, retry }: Trouble) => {
  const { say, language } = usePreferences()
  return (
    <Alert
      type="error"
      showIcon
      title={say('failedToLoad')}
      description={error instanceof ApiError ? error.words[language] : error.message}
      action={<Button onClick={() => void retry()}>{say('retry')}</Button>}
    />
  )
}

export const Stale = () => {
  const { say } = usePreferences()
  return <Alert type="warning" showIcon title={say('stale')} />
}
