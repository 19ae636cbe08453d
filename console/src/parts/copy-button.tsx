// Puts a text on the clipboard, where the browser lets a page do so.
import { CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'

interface Props {
  readonly label: string
  readonly done: string
  readonly text: () => string
  /** Only the icon; the label is its name. */
  readonly small?: boolean
}

export const CopyButton = ({ label, done, text, small = false }: Props) => {
  const { message } = App.useApp()
  if (!('clipboard' in navigator)) return null
  const copy = async () => {
    await navigator.clipboard.writeText(text())
    void message.success(done)
  }
  return (
    <Button
      type={small ? 'text' : 'default'}
      size={small ? 'small' : 'middle'}
      icon={<CopyOutlined aria-hidden />}
      aria-label={label}
      onClick={() => void copy()}
    >
      {small ? null : label}
    </Button>
  )
}
