// Asks for a reason, then sends a command for each of the tasks chosen, and says how it went.
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, command, type Key, type Verb } from '../api/client.ts'
import { usePreferences } from '../preferences.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

/** What a command does, in words. */
export const explanations = {
  pause: 'pauseSays',
  resume: 'resumeSays',
  trigger: 'triggerSays',
  delete: 'deleteSays',
} as const
export const verbs = ['trigger', 'pause', 'resume', 'delete'] as const
export const needsReason = (verb: Verb) => verb === 'pause' || verb === 'delete'

interface Props {
  readonly keys: readonly Key[]
  readonly only?: readonly Verb[]
  readonly onDone?: () => void
}

export const Commands = ({ keys, only = verbs, onDone }: Props) => {
  const { say } = usePreferences()
  const [asking, setAsking] = useState<Verb | null>(null)
  return (
    <>
      {only.map((verb) => (
        <Button key={verb} danger={verb === 'delete'} onClick={() => setAsking(verb)}>
          {say(verb)}
        </Button>
      ))}
      {asking !== null && (
        <Ask
          verb={asking}
          keys={keys}
          onClose={(sent) => {
            setAsking(null)
            if (sent) onDone?.()
          }}
        />
      )}
    </>
  )
}

interface AskProps {
  readonly verb: Verb
  readonly keys: readonly Key[]
  readonly onClose: (sent: boolean) => void
}

const Ask = ({ verb, keys, onClose }: AskProps) => {
  const { say, language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()

  const send = async (reason: string) => {
    const sent = await Promise.allSettled(keys.map((key) => command(verb, key, reason)))
    const failures = sent.filter((one) => one.status === 'rejected')
    const first: unknown = failures[0]?.reason
    const why = first instanceof ApiError ? first.words[language] : String(first)
    if (failures.length === 0) void message.success(say('done', say(verb)))
    else void message.error(say('someFailed', failures.length, keys.length, why), 8)
    await client.invalidateQueries()
    onClose(true)
  }

  return (
    <ReasonDialog
      title={say(verb)}
      danger={verb === 'delete'}
      reasonNeeded={needsReason(verb)}
      send={send}
      onClose={() => onClose(false)}
    >
      <p>{say(explanations[verb])}</p>
      <p className="faint">{say('affects', namesOf(keys))}</p>
    </ReasonDialog>
  )
}

export const namesOf = (keys: readonly Key[]): string => {
  const names = keys.slice(0, 3).map(({ group, job }) => `${group}/${job}`)
  return names.join(', ') + (keys.length > 3 ? ` … (${keys.length})` : '')
}
