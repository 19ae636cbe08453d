// The whole list as a file, with the filter it is shown with.
import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { usePreferences } from '../preferences.tsx'

interface Props {
  readonly of: 'tasks' | 'runs'
  readonly filter: Readonly<Record<string, string>>
}

export const ExportButtons = ({ of, filter }: Props) => {
  const { say } = usePreferences()
  const given = Object.entries(filter).filter(([, value]) => value !== '')
  return (['csv', 'json'] as const).map((format) => (
    <Button
      key={format}
      icon={<DownloadOutlined aria-hidden />}
      aria-label={say('exportAs', format.toUpperCase())}
      href={`/api/v1/exports/${of}?${new URLSearchParams([...given, ['format', format]])}`}
      download
    >
      {format.toUpperCase()}
    </Button>
  ))
}
