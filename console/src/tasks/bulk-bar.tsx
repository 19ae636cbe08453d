// What can be done with the tasks that are chosen, or with all the list shows, and how far it has come.
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, type Verb } from '../api/client.ts'
import type { Summary } from '../api/types.ts'
import { explanations, namesOf, needsReason, verbs } from '../parts/commanding.tsx'
import { Consequences } from '../parts/consequences.tsx'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { BulkProgress } from './bulk-progress.tsx'
import { startBulk, useRehearsal, type Target } from './bulk.ts'
import { taskListWords } from './words.ts'

interface Props {
  readonly selected: readonly Summary[]
  readonly filter: Readonly<Record<string, string>>
  readonly onDone: () => void
}

export const BulkBar = ({ selected, filter, onDone }: Props) => {
  const say = useWords(taskListWords)
  const [everything, setEverything] = useState(false)
  const [asking, setAsking] = useState<Verb | null>(null)
  const [running, setRunning] = useState<string | null>(null)
  const target: Target = everything ? { filter } : { keys: selected }
  const said = everything ? say('allShown') : say('selected', selected.length)
  const finish = () => {
    setAsking(null)
    setEverything(false)
    onDone()
  }
  return (
    <>
      {running !== null && <BulkProgress id={running} onClose={() => setRunning(null)} />}
      {selected.length > 0 && (
        <div className="bar chosen" role="region" aria-label={said}>
          <strong>{said}</strong>
          <Button onClick={() => setEverything(!everything)}>
            {everything ? say('onlySelected', selected.length) : say('chooseAllShown')}
          </Button>
          {verbs.map((verb) => (
            <Button key={verb} danger={verb === 'delete'} onClick={() => setAsking(verb)}>
              {say(verb)}
            </Button>
          ))}
        </div>
      )}
      {asking !== null && (
        <Ask
          verb={asking}
          target={target}
          onStarted={(id) => {
            setRunning(id)
            finish()
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

interface AskProps {
  readonly verb: Verb
  readonly target: Target
  readonly onStarted: (id: string) => void
  readonly onClose: () => void
}

const Ask = ({ verb, target, onStarted, onClose }: AskProps) => {
  const say = useWords(taskListWords)
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const rehearsal = useRehearsal(verb, target)
  const send = async (reason: string) => {
    try {
      const { id } = await startBulk(verb, target, reason)
      onStarted(id)
      await client.invalidateQueries()
    } catch (error) {
      void message.error(error instanceof ApiError ? error.words[language] : String(error), 8)
    }
  }
  return (
    <ReasonDialog
      title={say(verb)}
      danger={verb === 'delete'}
      reasonNeeded={needsReason(verb)}
      send={send}
      onClose={onClose}
    >
      <p>{say(explanations[verb])}</p>
      {'keys' in target && (
        <>
          <Consequences verb={verb} keys={target.keys} />
          <p className="faint">{say('affects', namesOf(target.keys))}</p>
        </>
      )}
      <p>
        <strong>{say('tasksInAll', rehearsal.data?.total ?? '…')}</strong>
      </p>
    </ReasonDialog>
  )
}
