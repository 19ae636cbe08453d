// `npm start`: build when sources are newer than the last build, then run the service in this very
// process, so that signals reach it directly.
import { buildIfStale } from './build.js'

buildIfStale()
await import('../dist/main.js')
