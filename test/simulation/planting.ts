// Plants a bug: copies what the simulation runs on, changes one place in the copy, and says where the
// copy is. The source itself stays as it is.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plants, type Plant } from './plants.ts'

const root = join(import.meta.dirname, '..', '..')
const copied = ['src', 'test/simulation', 'test/support', 'package.json', 'tsconfig.json']

/** Null: it does not fit, because the source has changed. */
export const planted = ({ file, find, replace }: Plant): string | null => {
  const parts = readFileSync(join(root, file), 'utf8').split(find)
  return parts.length === 2 ? parts.join(replace) : null
}

/** The folder of the copy. It lies where packages are found from. */
export const plantIn = (name: string): string => {
  const plant = plants[name]
  const text = plant === undefined ? null : planted(plant)
  if (plant === undefined || text === null) throw new Error(`the plant ${name} does not fit`)
  const copy = join(root, 'node_modules', '.cache', 'planted', name)
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true })
  writeFileSync(join(copy, plant.file), text)
  return copy
}
