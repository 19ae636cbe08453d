// A link that looks like a button: it leads to a page, and opens in a new tab like every other link.
import { Button } from 'antd'
import { useNavigate } from 'react-router'
import type { ReactNode } from 'react'

interface Props {
  readonly to: string
  readonly primary?: boolean
  readonly children: ReactNode
}

export const LinkButton = ({ to, primary = false, children }: Props) => {
  const navigate = useNavigate()
  return (
    <Button
      type={primary ? 'primary' : 'default'}
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        void navigate(to)
      }}
    >
      {children}
    </Button>
  )
}
