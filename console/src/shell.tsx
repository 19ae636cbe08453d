// What stands around every page: side bar, top bar, the palette and the help that open over it.
import { Suspense, useEffect, useMemo, useState } from 'react'
import { NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { Loading, Nothing } from './parts/states.tsx'
import { usePreferences, useWords } from './preferences.tsx'
import { AsOfBanner, useMoment } from './shell/as-of.tsx'
import { destinations } from './shell/destinations.ts'
import { Help } from './shell/help.tsx'
import { useKeys } from './shell/keys.ts'
import { Palette } from './shell/palette.tsx'
import { useLive } from './shell/use-live.ts'
import { TopBar } from './shell/top-bar.tsx'
import { shellWords } from './shell/words.ts'
import './shell/shell.css'

export const Shell = () => {
  const { say: sayCommon, switchLanguage, switchTheme } = usePreferences()
  const say = useWords(shellWords)
  const [open, setOpen] = useState<'palette' | 'help' | null>(null)
  const doings = useMemo(() => {
    const palette = () => setOpen('palette')
    const help = () => setOpen('help')
    return { palette, help, theme: switchTheme, language: switchLanguage }
  }, [switchTheme, switchLanguage])
  useKeys(doings)
  useLive()
  useTitle()
  const moment = useMoment()
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {say('skip')}
      </a>
      <TopBar onSearch={doings.palette} onHelp={doings.help} />
      <aside>
        <nav aria-label={sayCommon('navigation')}>
          {destinations.map(({ path, word, Icon }) => (
            <NavLink key={path} to={path}>
              <Icon aria-hidden /> <span>{say(word)}</span>
            </NavLink>
          ))}
        </nav>
      </aside>
      <main id="page" tabIndex={-1}>
        {moment !== null && <AsOfBanner moment={moment} />}
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {open === 'palette' && (
        <Palette
          onClose={() => setOpen((now) => (now === 'palette' ? null : now))}
          onHelp={doings.help}
        />
      )}
      {open === 'help' && <Help onClose={() => setOpen(null)} />}
      <ScrollRestoration />
    </div>
  )
}

/** The window is named for its page, so that a row of tabs can be told apart. */
const useTitle = () => {
  const say = useWords(shellWords)
  const { pathname } = useLocation()
  const [, page = '', ...rest] = pathname.split('/').map(decoded)
  const name = destinations.find(({ path }) => path === `/${page}`)?.word
  const title = [...rest.toReversed(), ...(name === undefined ? [] : [say(name)]), 'Carillon']
  const joined = title.join(' · ')
  useEffect(() => {
    document.title = joined
  }, [joined])
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const NotFound = () => {
  const { say } = usePreferences()
  return <Nothing title={say('notFound')} hint={location.pathname} />
}
