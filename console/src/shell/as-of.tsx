// The way into a past moment, in the top bar, and the banner that stands over every page while one is
// looked at, with the way back.
import { FieldTimeOutlined, RollbackOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { currentMoment, goToMoment, onMoment, withMoment } from '../api/as-of.ts'
import { clockTime } from '../format.ts'
import { instantOf, TimeField } from '../list/time-field.tsx'
import { Menu } from '../parts/menu.tsx'
import { useWords } from '../preferences.tsx'
import { shellWords } from './words.ts'

/** Keeps the address of every page in step with the moment, and forgets what was known of another. */
export const useMoment = (): string | null => {
  const moment = useSyncExternalStore(onMoment, currentMoment)
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname, search, hash } = useLocation()
  const [known, setKnown] = useState(moment)
  useEffect(() => {
    const wanted = withMoment(search)
    if (wanted !== withoutEmpty(search))
      void navigate({ pathname, search: wanted, hash }, { replace: true })
  }, [moment, navigate, pathname, search, hash])
  useEffect(() => {
    if (known === moment) return
    setKnown(moment)
    void client.resetQueries()
  }, [client, known, moment])
  return moment
}

const withoutEmpty = (search: string): string => {
  const text = new URLSearchParams(search).toString()
  return text === '' ? '' : `?${text}`
}

export const AsOfMenu = () => {
  const say = useWords(shellWords)
  const [local, setLocal] = useState('')
  const chosen = instantOf(local)
  const inFuture = chosen !== '' && Date.parse(chosen) > Date.now()
  return (
    <Menu title={say('asOfNow')} icon={<FieldTimeOutlined aria-hidden />}>
      <form
        className="as-of-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen !== '' && !inFuture) goToMoment(chosen)
        }}
      >
        <p>{say('asOfSays')}</p>
        <TimeField label={say('moment')} value={local} onChange={setLocal} />
        {inFuture && <p className="mark bad">{say('momentToCome')}</p>}
        <Button type="primary" htmlType="submit" disabled={chosen === '' || inFuture}>
          {say('lookThen')}
        </Button>
      </form>
    </Menu>
  )
}

/** Pages that can show only the present say so. */
const ofThePresent = /^\/($|timeline|system|runs\/)/

export const AsOfBanner = ({ moment }: { readonly moment: string }) => {
  const say = useWords(shellWords)
  const { pathname } = useLocation()
  const isPresent = ofThePresent.test(pathname)
  return (
    <div className="as-of" role="status">
      <FieldTimeOutlined aria-hidden />
      <strong>{say('asOfThen', clockTime(moment))}</strong>
      <span>{say(isPresent ? 'asOfNot' : 'asOfWhat')}</span>
      <Button size="small" icon={<RollbackOutlined aria-hidden />} onClick={() => goToMoment(null)}>
        {say('backToNow')}
      </Button>
    </div>
  )
}
