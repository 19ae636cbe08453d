// Nobody loses what they have written by a wrong click: leaving asks first.
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useBlocker } from 'react-router'
import { useWords } from '../preferences.tsx'
import { editorWords } from './words.ts'

/** `isDirty` is asked when somebody leaves, so that a save may lead away at once. */
export const Unsaved = ({ isDirty }: { readonly isDirty: () => boolean }) => {
  const say = useWords(editorWords)
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && isDirty(),
  )
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (isDirty()) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isDirty])
  const dialog = useRef<HTMLDialogElement>(null)
  const isBlocked = blocker.state === 'blocked'
  useEffect(() => {
    if (isBlocked) dialog.current?.showModal()
  }, [isBlocked])
  if (!isBlocked) return null
  return (
    <dialog ref={dialog} aria-labelledby="unsaved-title" onClose={() => blocker.reset()}>
      <h2 id="unsaved-title">{say('unsaved')}</h2>
      <p>{say('unsavedSays')}</p>
      <div className="buttons right">
        <Button danger onClick={() => blocker.proceed()}>
          {say('leave')}
        </Button>
        <Button type="primary" autoFocus onClick={() => blocker.reset()}>
          {say('stay')}
        </Button>
      </div>
    </dialog>
  )
}
