// What stands where a page broke. After an upgrade of the service the files of an open page are gone:
// then loading it anew is all that is needed, and is done once by itself.
import { Button } from 'antd'
import { useEffect } from 'react'
import { useRouteError } from 'react-router'
import { usePreferences } from '../preferences.tsx'

const key = 'carillon.reloadedAt'
const onceWithinMs = 60_000

const isMissingFile = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|preload CSS|module script/.test(error.message)

export const Broken = () => {
  const { say } = usePreferences()
  const error = useRouteError()
  const outdated = isMissingFile(error)
  useEffect(() => {
    if (!outdated || Date.now() - Number(sessionStorage.getItem(key)) < onceWithinMs) return
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  }, [outdated])
  return (
    <div className="nothing" role="alert">
      <strong>{say(outdated ? 'outdated' : 'broken')}</strong>
      <span>{outdated ? '' : error instanceof Error ? error.message : String(error)}</span>
      <Button type="primary" onClick={() => location.reload()}>
        {say('reload')}
      </Button>
    </div>
  )
}
