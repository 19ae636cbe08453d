// Files with many documents, YAML or JSON, as plain values that have lost no digit of their numbers:
// whole numbers of YAML are bigints, all numbers of JSON are lossless ones.
import { readFile } from 'node:fs/promises'
import { parse as parseJson } from 'lossless-json'
import { parseAllDocuments } from 'yaml'
import { exitCodes, Refusal, type CliIo } from '../command.ts'

/** Where a document stands; the first is number 1. */
export interface Place {
  readonly file: string
  readonly number: number
}

export interface Loaded {
  readonly place: Place
  readonly value: unknown
}

/** `-` is the standard input. Empty documents count, but are left out. */
export const readFiles = async (
  files: readonly string[],
  io: CliIo,
): Promise<readonly Loaded[]> => {
  const loaded: Loaded[] = []
  for (const file of files) {
    const values = valuesIn(file, await textOf(file, io))
    values.forEach((value, at) => {
      if (value !== null) loaded.push({ place: { file, number: at + 1 }, value })
    })
  }
  return loaded
}

const textOf = async (file: string, io: CliIo): Promise<string> => {
  if (file === '-') {
    const chunks: Buffer[] = []
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  }
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** A list stands for its elements. */
const valuesIn = (file: string, text: string): readonly unknown[] =>
  (/^\s*[[{]/.test(text) ? [jsonIn(file, text)] : yamlIn(file, text)).flatMap((value) => value)

const jsonIn = (file: string, text: string): unknown => {
  try {
    return parseJson(text)
  } catch (error) {
    throw unreadable(file, error)
  }
}

const yamlIn = (file: string, text: string): readonly unknown[] =>
  Array.from(parseAllDocuments(text, { intAsBigInt: true }), (document, at): unknown => {
    const [error] = document.errors
    if (error !== undefined) throw unreadable(`${file}: document ${at + 1}`, error)
    return document.toJS()
  })

const unreadable = (where: string, error: unknown): Refusal =>
  new Refusal(
    exitCodes.failed,
    `${where}: ${error instanceof Error ? error.message.trim() : String(error)}`,
  )
