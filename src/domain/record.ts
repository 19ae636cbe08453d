// Codecs of objects, for what is read and written thousands of times a second. They are io-ts codecs
// and say what `t.type` and its kin would say, errors included; what they spare is the bookkeeping that
// only errors need: where something does not fit, the plain codec is asked again.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** Exactly these fields; others are left out on the way in and on the way out. */
export const record = <P extends t.Props>(required: P) =>
  swift(t.readonly(t.exact(t.type(required))), required, {})

/** As `record`, with fields that may be absent. */
export const recordWith = <P extends t.Props, Q extends t.Props>(required: P, optional: Q) =>
  swift(
    t.readonly(t.exact(t.intersection([t.type(required), t.partial(optional)]))),
    required,
    optional,
  )

const swiftly = Symbol('swiftly')
export const refused = Symbol('refused')
type Swiftly = (input: unknown) => unknown

/**
 * The codec, which can now also say a value's decoded form by itself, or {@link refused}: what is decoded
 * by the dozen for every event is not wrapped each time. The way has to say what `validate` says.
 */
export const withSwiftWay = <C extends t.Mixed>(codec: C, way: Swiftly): C => {
  Object.assign(codec, { [swiftly]: way })
  return codec
}

const swiftWayOf = (codec: t.Mixed): Swiftly | null =>
  swiftly in codec ? (codec[swiftly] as Swiftly) : null

/** The codec's values, or null. */
export const nullable = <C extends t.Mixed>(codec: C) => {
  const plain = t.union([codec, t.null])
  const way = swiftWayOf(codec)
  const codecOrNull = new t.UnionType<[C, t.NullC], t.TypeOf<C> | null, t.OutputOf<C> | null>(
    plain.name,
    plain.is,
    (input, context) => {
      if (input === null) return t.success(null)
      const decoded = codec.validate(input, context)
      return E.isRight(decoded) ? decoded : plain.validate(input, context)
    },
    codec.encode === t.identity
      ? t.identity
      : (value): t.OutputOf<C> | null =>
          value === null ? null : (codec.encode(value) as t.OutputOf<C>),
    plain.types,
  )
  return way === null
    ? codecOrNull
    : withSwiftWay(codecOrNull, (input) => (input === null ? null : way(input)))
}

type Fields = Readonly<Record<string, unknown>>

/** The plain codec with a shorter way through it. */
const swift = <C extends t.Mixed>(
  plain: t.ReadonlyC<C>,
  required: t.Props,
  optional: t.Props,
): t.ReadonlyC<C> => {
  const known = new Map<string, Field>()
  for (const [key, codec] of Object.entries(optional)) known.set(key, fieldOf(codec, false))
  for (const [key, codec] of Object.entries(required)) known.set(key, fieldOf(codec, true))
  const requiredCount = Object.keys(required).length

  /** Null: something does not fit, or there is more than was asked for. */
  const through = (fields: Fields, way: Way): Fields | null => {
    let met = 0
    let changed: Record<string, unknown> | null = null
    for (const key in fields) {
      const field = known.get(key)
      const value = fields[key]
      if (field === undefined || value === undefined) return null
      if (field.required) met += 1
      const passed = way(field, value)
      if (passed === value) continue
      if (passed === refused) return null
      changed ??= { ...fields }
      changed[key] = passed
    }
    return met === requiredCount ? (changed ?? fields) : null
  }

  const throughPlain = viaValidate(plain)
  const codec = new t.ReadonlyType<C, t.ReadonlyC<C>['_A'], t.ReadonlyC<C>['_O']>(
    plain.name,
    plain.is,
    (input, context) => {
      const decoded = isFields(input) ? through(input, decode) : null
      // Every field has been through its codec.
      return decoded === null ? plain.validate(input, context) : t.success(decoded)
    },
    (value) => {
      const encoded = isFields(value) ? through(value, encode) : null
      return encoded ?? plain.encode(value)
    },
    plain.type,
  )
  return withSwiftWay(
    codec,
    (input) => (isFields(input) ? through(input, decode) : null) ?? throughPlain(input),
  )
}

interface Field {
  readonly codec: t.Mixed
  readonly required: boolean
  readonly encodes: boolean
  readonly check: Check | null
  readonly way: Swiftly
}

const fieldOf = (codec: t.Mixed, required: boolean): Field => ({
  codec,
  required,
  encodes: codec.encode !== t.identity,
  check: checkOf(codec),
  way: swiftWayOf(codec) ?? viaValidate(codec),
})

const viaValidate =
  (codec: t.Mixed): Swiftly =>
  (input) => {
    const decoded: E.Either<unknown, unknown> = codec.validate(input, noContext)
    return E.isRight(decoded) ? decoded.right : refused
  }

type Way = (field: Field, value: unknown) => unknown

const decode: Way = ({ check, way }, value) => {
  if (check !== null) return check(value) ? value : refused
  return way(value)
}

// Nobody is told where: the plain codec says that.
const noContext: t.Context = []

const encode: Way = ({ encodes, codec }, value) => (encodes ? codec.encode(value) : value)

type Check = (value: unknown) => boolean

/** Where decoding leaves a value as it is, being of the type is all there is to say. */
const checkOf = (codec: t.Mixed): Check | null => {
  if (codec instanceof t.StringType) return (value) => typeof value === 'string'
  if (codec instanceof t.NumberType) return (value) => typeof value === 'number'
  if (codec instanceof t.BooleanType) return (value) => typeof value === 'boolean'
  if (codec instanceof t.NullType) return (value) => value === null
  if (codec instanceof t.LiteralType || codec instanceof t.KeyofType) return codec.is
  if (codec instanceof t.UnionType) {
    const checks = (codec.types as readonly t.Mixed[]).map(checkOf)
    const [one, other] = checks
    // Null comes last and is the quicker one to tell.
    return checks.length === 2 && one != null && other != null
      ? (value) => other(value) || one(value)
      : null
  }
  return null
}

const isFields = (input: unknown): input is Fields =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
