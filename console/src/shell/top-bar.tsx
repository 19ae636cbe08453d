// Above every page: search over everything, how fresh the data is, help, language and theme.
import {
  BulbOutlined,
  GlobalOutlined,
  QuestionCircleOutlined,
  SearchOutlined,
} from '@ant-design/icons'
import { Button } from 'antd'
import { usePreferences, useWords } from '../preferences.tsx'
import { AsOfMenu } from './as-of.tsx'
import { FreshnessStamp } from './freshness-stamp.tsx'
import { shellWords } from './words.ts'

interface Props {
  readonly onSearch: () => void
  readonly onHelp: () => void
}

export const TopBar = ({ onSearch, onHelp }: Props) => {
  const { say: sayCommon, dark, language, switchLanguage, switchTheme } = usePreferences()
  const say = useWords(shellWords)
  const theme = say(dark ? 'toLight' : 'toDark')
  return (
    <header className="top">
      <span className="brand">Carillon</span>
      <button type="button" className="finder" onClick={onSearch}>
        <SearchOutlined aria-hidden /> <span>{say('search')}</span> <kbd aria-hidden>Ctrl K</kbd>
      </button>
      <AsOfMenu />
      <FreshnessStamp />
      <div className="switches">
        <Button
          type="text"
          className="roomy"
          icon={<QuestionCircleOutlined aria-hidden />}
          aria-label={say('help')}
          title={`${say('help')} (?)`}
          onClick={onHelp}
        />
        <Button
          type="text"
          icon={<BulbOutlined aria-hidden />}
          aria-label={theme}
          title={theme}
          onClick={switchTheme}
        />
        <Button
          type="text"
          icon={<GlobalOutlined aria-hidden />}
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={switchLanguage}
        >
          {sayCommon('otherLanguage')}
        </Button>
      </div>
    </header>
  )
}
