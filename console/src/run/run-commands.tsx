// What a person may do with a run: end it while it is open, or run its task again.
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { ApiError, commandRun } from '../api/client.ts'
import type { Run } from '../api/types.ts'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { runWords } from './words.ts'

const open = new Set(['running', 'retrying', 'accepted'])
const texts = {
  cancel: { title: 'cancelIt', says: 'cancelSays', done: 'isCancelled' },
  rerun: { title: 'rerunIt', says: 'rerunSays', done: 'isRerunning' },
} as const

export const RunCommands = ({ run: { runId, outcome } }: { readonly run: Run }) => {
  const say = useWords(runWords)
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'cancel' | 'rerun' | null>(null)

  const send = async (verb: 'cancel' | 'rerun', reason: string) => {
    try {
      const started = await commandRun(verb, runId, reason)
      void message.success(say(texts[verb].done))
      setAsking(null)
      await client.invalidateQueries()
      if (verb === 'rerun' && started.runId !== null) await navigate(`/runs/${started.runId}`)
    } catch (error) {
      void message.error(error instanceof ApiError ? error.words[language] : String(error), 8)
    }
  }

  return (
    <div className="buttons">
      {open.has(outcome) && (
        <Button danger onClick={() => setAsking('cancel')}>
          {say('cancelIt')}
        </Button>
      )}
      <Button onClick={() => setAsking('rerun')}>{say('rerunIt')}</Button>
      {asking !== null && (
        <ReasonDialog
          title={say(texts[asking].title)}
          danger={asking === 'cancel'}
          reasonNeeded={asking === 'cancel'}
          send={(reason) => send(asking, reason)}
          onClose={() => setAsking(null)}
        >
          <p>{say(texts[asking].says)}</p>
        </ReasonDialog>
      )}
    </div>
  )
}
