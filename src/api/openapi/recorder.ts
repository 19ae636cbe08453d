// What the decoders of the `.do` calls ask for, written down while they run over nothing: each field
// with its kind, its limits and its choices. So the description of these calls is made by the very
// code that decodes them.
import { Instant as InstantCodec, type Instant } from '../../domain/instant.ts'
import { KeyPart as KeyPartCodec, type KeyPart } from '../../domain/task/ids.ts'
import { descriptionOf, type JsonSchema } from '../described.ts'
import { Fields, type Bounds } from '../dispatchserver/request/fields.ts'

/** What is to be found where it is looked for, so that every way is walked; all else is missing. */
export type Script = Map<string, unknown>

export class Recorder extends Fields {
  private readonly script: Script
  private readonly kinds = new Map<string, JsonSchema[]>()
  private readonly parts = new Map<string, Recorder>()
  private readonly needed = new Set<string>()

  constructor(script: Script) {
    super({}, '', [])
    this.script = script
  }

  schema(about: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
    const names = new Set([...this.kinds.keys(), ...this.parts.keys()])
    const properties = [...names].map((name): [string, JsonSchema] => {
      const part = this.parts.get(name)
      const kinds = [
        ...(this.kinds.get(name) ?? []),
        ...(part === undefined ? [] : [part.schema(about)]),
      ]
      const [only] = kinds
      const schema = kinds.length > 1 ? { anyOf: kinds } : (only ?? {})
      return [name, { ...schema, ...about[name] }]
    })
    const required = [...this.needed]
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
    }
  }

  override complain(): null {
    return null
  }

  override missing(name: string): null {
    this.needed.add(name)
    return null
  }

  override given(name: string): unknown {
    if (!this.kinds.has(name)) this.kinds.set(name, [])
    return this.script.get(name) ?? null
  }

  override value(name: string): unknown {
    return this.given(name)
  }

  override text(name: string, maxLength: number): null {
    return this.saw(name, { type: 'string', maxLength })
  }

  override required(name: string, maxLength: number): null {
    this.needed.add(name)
    return this.saw(name, { type: 'string', maxLength })
  }

  override keyPart(name: string): KeyPart | null {
    this.needed.add(name)
    return this.saw(name, descriptionOf(KeyPartCodec).schema ?? {})
  }

  override boolean(name: string): null {
    return this.saw(name, { type: 'boolean' })
  }

  override integer(name: string, { min, max }: Bounds): null {
    return this.saw(name, { type: 'integer', minimum: min, maximum: max })
  }

  override number(name: string, { min, max }: Bounds): null {
    return this.saw(name, { type: 'number', minimum: min, maximum: max })
  }

  override choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const scripted = choices.find((choice) => choice === this.script.get(name))
    this.saw(name, { type: 'string', enum: scripted === undefined ? choices : [scripted] })
    return scripted ?? null
  }

  override instant(name: string): Instant | null {
    const schema = descriptionOf(InstantCodec).schema ?? {}
    return this.saw(name, schema)
  }

  override nested(name: string): Fields {
    const part = this.parts.get(name) ?? new Recorder(this.script)
    this.parts.set(name, part)
    return part
  }

  override rest(): Readonly<Record<string, unknown>> {
    return {}
  }

  private saw(name: string, schema: JsonSchema): null {
    const kinds = this.kinds.get(name) ?? []
    const isKnown = kinds.some((kind) => JSON.stringify(kind) === JSON.stringify(schema))
    if (!isKnown) this.kinds.set(name, [...kinds, schema])
    return null
  }
}
