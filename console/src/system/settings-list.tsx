// The settings as the answering process has decoded them, so that nobody has to guess what a file or a
// variable came to. Secrets are never sent; that they are set is.
import { Input } from 'antd'
import { useState } from 'react'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useSettings, type Setting } from './questions.ts'
import { systemWords } from './words.ts'

export const SettingsList = () => {
  const { language } = usePreferences()
  const say = useWords(systemWords)
  const settings = useSettings()
  const [sought, setSought] = useState('')
  if (settings.isPending) return <Loading />
  if (settings.data === undefined) return <Failed error={settings.error} retry={settings.refetch} />
  const wanted = sought.trim().toLowerCase()
  const found = settings.data.settings.filter(({ name, meaning }) =>
    `${name} ${meaning[language]}`.toLowerCase().includes(wanted),
  )
  return (
    <section className="card" aria-labelledby="settings">
      <h2 id="settings">
        {say('settings')} <span className="faint">{say('settingsOf', settings.data.node)}</span>
      </h2>
      <div className="bar" data-search>
        <Input
          className="finding"
          allowClear
          aria-label={say('findSetting')}
          placeholder={say('findSetting')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('setting')}</th>
            <th scope="col">{say('value')}</th>
            <th scope="col" className="roomy">
              {say('meaning')}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((setting) => (
            <tr key={setting.name}>
              <td>
                <code>{setting.name}</code>
              </td>
              <td className="value">
                <Value of={setting} />
              </td>
              <td className="roomy">{setting.meaning[language]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === 0 && <p className="faint">{say('noMatch')}</p>}
    </section>
  )
}

const Value = ({ of: { value, hidden } }: { readonly of: Setting }) => {
  const say = useWords(systemWords)
  if (hidden) return <span className="faint">{say('hiddenValue')}</span>
  if (value === null || value === undefined) return <span className="faint">{say('unset')}</span>
  return (
    <code>
      {Array.isArray(value)
        ? value.map(String).join(', ')
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)}
    </code>
  )
}
