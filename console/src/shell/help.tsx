// The keys and what they do, over the page.
import { Button } from 'antd'
import { Dialog } from '../parts/dialog.tsx'
import { useWords } from '../preferences.tsx'
import { destinations } from './destinations.ts'
import { shellWords } from './words.ts'

export const Help = ({ onClose }: { readonly onClose: () => void }) => {
  const say = useWords(shellWords)
  const keys: readonly (readonly [readonly string[], string])[] = [
    [['Ctrl', 'K'], say('keyPalette')],
    [['/'], say('keySearch')],
    [['?'], say('keyHelp')],
    ...destinations.map(({ letter, word }) => [['g', letter], say('keyGo', say(word))] as const),
    [['j', 'k'], say('keyRows')],
    [['Enter'], say('keyOpen')],
    [['x'], say('keySelect')],
    [['Esc'], say('keyClose')],
    [['d'], say('keyTheme')],
    [['l'], say('keyLanguage')],
  ]
  return (
    <Dialog label={say('help')} className="help" onClose={onClose}>
      <h2>{say('help')}</h2>
      <dl>
        {keys.map(([pressed, does]) => (
          <div key={does}>
            <dt>
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" className="buttons">
        <Button htmlType="submit">{say('close')}</Button>
      </form>
    </Dialog>
  )
}
