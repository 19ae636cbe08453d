// Commands on one task: says what each will do, asks for a reason, gives it, and offers the way back.
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { ApiError, command, type Key, type Verb } from '../api/client.ts'
import { instantOf, TimeField } from '../list/time-field.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { commandWords } from './command-words.ts'
import { Consequences } from './consequences.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { undoOf, type Undo } from './undo.ts'

/** What a command does, in words. */
export const explanations = {
  pause: 'pauseSays',
  resume: 'resumeSays',
  trigger: 'triggerSays',
  delete: 'deleteSays',
} as const
export const verbs = ['trigger', 'pause', 'resume', 'delete'] as const
export const needsReason = (verb: Verb) => verb === 'pause' || verb === 'delete'

const undoSeconds = 12

interface Props {
  readonly task: Key
  readonly verbs: readonly Verb[]
}

export const Commands = ({ task, verbs: offered }: Props) => {
  const { say } = usePreferences()
  const [asking, setAsking] = useState<Verb | null>(null)
  return (
    <>
      {offered.map((verb) => (
        <Button key={verb} danger={verb === 'delete'} onClick={() => setAsking(verb)}>
          {say(verb)}
        </Button>
      ))}
      {asking !== null && <Ask verb={asking} task={task} onClose={() => setAsking(null)} />}
    </>
  )
}

interface AskProps {
  readonly verb: Verb
  readonly task: Key
  readonly onClose: () => void
}

const Ask = ({ verb, task, onClose }: AskProps) => {
  const { language } = usePreferences()
  const say = useWords(commandWords)
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [until, setUntil] = useState('')
  const untilAt = instantOf(until)
  const isPast = untilAt !== '' && Date.parse(untilAt) <= Date.now()
  const failed = (error: unknown) =>
    void message.error(error instanceof ApiError ? error.words[language] : String(error), 8)

  const takeBack = async (undo: Undo) => {
    try {
      await undo(say('undoReason'))
      message.destroy('undo')
      void message.success(say('undone', say(verb)))
      await client.invalidateQueries()
    } catch (error) {
      failed(error)
    }
  }
  const send = async (reason: string) => {
    if (isPast) return
    try {
      const undo = await undoOf(verb, task)
      const { runId = null } = await command(verb, task, reason, verb === 'pause' ? untilAt : '')
      void message.success({
        key: 'undo',
        duration: undoSeconds,
        content: (
          <>
            {say('done', say(verb))}{' '}
            {undo !== null && (
              <Button type="link" size="small" onClick={() => void takeBack(undo)}>
                {say('undo')}
              </Button>
            )}
            {runId !== null && (
              <Button type="link" size="small" onClick={() => void navigate(`/runs/${runId}`)}>
                {say('seeRun')}
              </Button>
            )}
          </>
        ),
      })
      onClose()
      await client.invalidateQueries()
    } catch (error) {
      failed(error)
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
      <Consequences verb={verb} keys={[task]} />
      <p className="faint">{say('affects', namesOf([task]))}</p>
      {verb === 'pause' && (
        <div className="field">
          <span className="faint">{say('until')}</span>
          <TimeField label={say('until')} value={until} onChange={setUntil} />
          {isPast && (
            <p role="alert" className="mark bad">
              {say('untilPast')}
            </p>
          )}
        </div>
      )}
    </ReasonDialog>
  )
}

export const namesOf = (keys: readonly Key[]): string => {
  const names = keys.slice(0, 3).map(({ group, job }) => `${group}/${job}`)
  return names.join(', ') + (keys.length > 3 ? ` … (${keys.length})` : '')
}
