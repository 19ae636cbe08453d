// The settings as the API shows them: every one with the value this process runs with, whether it
// was set or is the default, and what it means. What may hold a password is not shown.
import { settings, type Config } from './settings.ts'

export interface ShownSetting {
  /** The environment variable. */
  readonly name: string
  /** Null: not set, or secret. */
  readonly value: unknown
  /** It has a value that is not shown. */
  readonly hidden: boolean
  readonly meaning: { readonly en: string; readonly zh: string }
}

export const shownSettings = (config: Config): readonly ShownSetting[] =>
  Object.entries(settings).map(([key, { variable, en, zh, ...rest }]) => {
    const value: unknown = Reflect.get(config, key)
    const hidden = 'secret' in rest && value !== null
    return { name: variable, value: hidden ? null : value, hidden, meaning: { en, zh } }
  })
