// The browser's own dialog: it keeps the focus, closes on Escape, gives the focus back, and writes no
// styles of its own. A click beside it closes it too.
import { useEffect, useRef, type ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly className?: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export const Dialog = ({ label, className, onClose, children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      onClose={onClose}
      onPointerDown={({ target }) => {
        if (target === dialog.current && className !== undefined) dialog.current.close()
      }}
    >
      {children}
    </dialog>
  )
}
