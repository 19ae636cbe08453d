// Asks whether to go on, and why. The reason goes into the log with what is done.
import { Button } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { usePreferences } from '../preferences.tsx'

interface Props {
  readonly title: string
  readonly children: ReactNode
  readonly danger?: boolean
  readonly reasonNeeded: boolean
  /** What the button says; the title unless given. */
  readonly confirm?: string
  /** Room for more than a few sentences. */
  readonly roomy?: boolean
  readonly send: (reason: string) => Promise<void>
  readonly onClose: () => void
}

export const ReasonDialog = (props: Props) => {
  const { title, children, danger = false, reasonNeeded, roomy = false, send, onClose } = props
  const { say } = usePreferences()
  const [reason, setReason] = useState('')
  const [sending, setSending] = useState(false)
  const [missing, setMissing] = useState(false)

  const submit = async () => {
    if (reasonNeeded && reason.trim() === '') return setMissing(true)
    setMissing(false)
    setSending(true)
    await send(reason.trim())
    setSending(false)
  }

  // The browser's own dialog: it keeps the focus, closes on Escape and writes no styles of its own.
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className={roomy ? 'roomier' : ''}
      aria-labelledby="ask-title"
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <h2 id="ask-title">{title}</h2>
        {children}
        <label>
          {say('reason')}
          <textarea
            autoFocus
            rows={roomy ? 2 : 3}
            aria-invalid={missing}
            placeholder={say('reasonHint')}
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
        {missing && (
          <p role="alert" className="mark bad">
            {say('reasonNeeded')}
          </p>
        )}
        <div className="buttons right">
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button type="primary" danger={danger} htmlType="submit" loading={sending}>
            {props.confirm ?? title}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
