// Tests know what they decoded: a Left is a broken test, and says what it held.
import * as E from 'fp-ts/lib/Either.js'

export const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(`expected a Right: ${JSON.stringify(either.left)}`)
  return either.right
}

export const left = <L>(either: E.Either<L, unknown>): L => {
  if (E.isRight(either)) throw new Error(`expected a Left: ${JSON.stringify(either.right)}`)
  return either.left
}
