// The whole list as a file, with the filter it is shown with.
import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { usePreferences } from '../preferences.tsx'
import { Menu } from './menu.tsx'

interface Props {
  readonly of: 'tasks' | 'runs' | 'activity'
  readonly filter: Readonly<Record<string, string>>
}

export const ExportMenu = ({ of, filter }: Props) => {
  const { say } = usePreferences()
  const given = Object.entries(filter).filter(([, value]) => value !== '')
  return (
    <Menu title={say('export')} icon={<DownloadOutlined aria-hidden />}>
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          href={`/api/v1/exports/${of}?${new URLSearchParams([...given, ['format', format]])}`}
          download
        >
          {say('exportAs', format.toUpperCase())}
        </Button>
      ))}
    </Menu>
  )
}
