// Reads the fields of one JSON object by name, in any of the types callers give them, and remembers
// what was wrong and what nobody asked for. A field that is absent, null or "" is none. Every reader
// answers null when there is nothing usable; whether that was a mistake stands in the problems.
import * as E from 'fp-ts/lib/Either.js'
import { isLosslessNumber } from 'lossless-json'
import { type Instant } from '../../../domain/instant.ts'
import { type Zone } from '../../../domain/schedule/zone.ts'
import { KeyPart, keyPartLengthMax } from '../../../domain/task/ids.ts'
import { storable } from '../../../runtime/charset.ts'
import { instantIn } from './dates.ts'
import { jsonText, objectIn, type JsonObject } from './json.ts'
import { problem, shown, type Problem } from './problem.ts'

export interface Bounds {
  readonly min: number
  readonly max: number
}

export class Fields {
  private readonly object: JsonObject
  private readonly path: string
  private readonly problems: Problem[]
  private readonly asked = new Set<string>()

  /** `path` stands in front of the fields' names: '' or `taskConfig.`. */
  constructor(object: JsonObject, path: string, problems: Problem[]) {
    this.object = object
    this.path = path
    this.problems = problems
  }

  complain(name: string, en: string, zh: string): null {
    this.problems.push(problem(`${this.path}${name}`, en, zh))
    return null
  }

  missing(name: string): null {
    return this.complain(name, 'This field is required.', '必填，不能为空。')
  }

  /** The value as it was given, "" included; null where the field is absent. */
  given(name: string): unknown {
    this.asked.add(name)
    return Object.hasOwn(this.object, name) ? (this.object[name] ?? null) : null
  }

  /** The value; null for none. */
  value(name: string): unknown {
    const value = this.given(name)
    return value === '' ? null : value
  }

  has(name: string): boolean {
    return this.value(name) !== null
  }

  text(name: string, lengthMax: number): string | null {
    const value = this.value(name)
    if (value === null) return null
    const text = plainText(value)?.trim()
    if (text === undefined) return this.complain(name, 'A text is expected.', '须为字符串。')
    if (text.length > lengthMax) {
      return this.complain(
        name,
        `At most ${lengthMax} characters are allowed.`,
        `长度不能超过 ${lengthMax} 个字符。`,
      )
    }
    return text === '' ? null : storable(text)
  }

  required(name: string, lengthMax: number): string | null {
    const before = this.problems.length
    const text = this.text(name, lengthMax)
    return text === null && this.problems.length === before ? this.missing(name) : text
  }

  keyPart(name: string): KeyPart | null {
    const value = this.value(name)
    const text = value === null ? '' : plainText(value)?.trim()
    if (text === '') return this.missing(name)
    const part = KeyPart.decode(text)
    return E.isRight(part)
      ? part.right
      : this.complain(
          name,
          `1 to ${keyPartLengthMax} printable characters are expected.`,
          `须为 1 到 ${keyPartLengthMax} 个可见字符。`,
        )
  }

  boolean(name: string): boolean | null {
    const value = this.value(name)
    if (value === null) return null
    const text = plainText(value)?.trim().toLowerCase() ?? '?'
    if (['true', '1', 'y', 'yes', 't'].includes(text)) return true
    if (['false', '0', 'n', 'no', 'f'].includes(text)) return false
    return this.complain(name, 'true or false is expected.', '须为 true 或 false。')
  }

  integer(name: string, bounds: Bounds): number | null {
    const number = this.number(name, bounds)
    if (number === null || Number.isSafeInteger(number)) return number
    return this.complain(name, 'A whole number is expected.', '须为整数。')
  }

  number(name: string, { min, max }: Bounds): number | null {
    const value = this.value(name)
    if (value === null) return null
    const text = typeof value === 'boolean' ? '' : (plainText(value)?.trim() ?? '')
    const number = /^[+-]?\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : NaN
    if (number >= min && number <= max) return number === 0 ? 0 : number
    return this.complain(
      name,
      `A number from ${min} to ${max} is expected.`,
      `须为 ${min} 到 ${max} 之间的数字。`,
    )
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const value = this.value(name)
    if (value === null) return null
    const text = plainText(value)?.trim() ?? ''
    const chosen = choices.find((choice) => choice.toLowerCase() === text.toLowerCase())
    if (chosen !== undefined) return chosen
    return this.complain(
      name,
      `One of ${choices.join(', ')} is expected, not "${shown(text)}".`,
      `须为 ${choices.join('、')} 之一，而不是“${shown(text)}”。`,
    )
  }

  instant(name: string, zone: Zone): Instant | null {
    const value = this.value(name)
    if (value === null) return null
    return (
      instantIn(value, zone) ??
      this.complain(
        name,
        `Not a date that is understood: ${shown(jsonText(value))}. Epoch milliseconds, "yyyy-MM-dd HH:mm:ss" or ISO 8601 is expected.`,
        `无法识别的日期：${shown(jsonText(value))}。须为毫秒时间戳、“yyyy-MM-dd HH:mm:ss”或 ISO 8601。`,
      )
    )
  }

  /** An object, or a string that holds one. Null for none, and for what is neither. */
  nested(name: string): Fields | null {
    const value = this.value(name)
    if (value === null) return null
    const object = objectIn(value)
    if (object !== null) return new Fields(object, `${this.path}${name}.`, this.problems)
    return this.complain(
      name,
      'A JSON object, or a string that holds one, is expected.',
      '须为 JSON 对象，或内容为 JSON 对象的字符串。',
    )
  }

  /** The fields nobody asked for. */
  rest(): JsonObject {
    return Object.fromEntries(Object.entries(this.object).filter(([name]) => !this.asked.has(name)))
  }
}

/** Strings, numbers and booleans as text; undefined for anything with parts. */
const plainText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (isLosslessNumber(value)) return value.value
  return typeof value === 'boolean' ? String(value) : undefined
}
