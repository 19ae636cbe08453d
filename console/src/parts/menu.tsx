// A button with a panel below it. Escape and a click elsewhere close it; the focus goes back.
import { DownOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly icon: ReactNode
  readonly children: ReactNode
}

export const Menu = ({ title, icon, children }: Props) => {
  const id = useId()
  const whole = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (!open) return
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && whole.current?.contains(target) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', elsewhere)
    document.addEventListener('focusin', elsewhere)
    return () => {
      document.removeEventListener('pointerdown', elsewhere)
      document.removeEventListener('focusin', elsewhere)
    }
  }, [open])
  return (
    <div
      className="menu"
      ref={whole}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        whole.current?.querySelector('button')?.focus()
      }}
    >
      <Button
        icon={icon}
        aria-label={title}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {title} <DownOutlined aria-hidden className="faint" />
      </Button>
      <div id={id} className="panel" hidden={!open} role="group" aria-label={title}>
        {open && children}
      </div>
    </div>
  )
}
