// The walk-through of both READMEs, as written: every command is accepted in its order, and the two
// languages show the same commands.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startApi, typesOf } from '../support/api.ts'

const commandsIn = (file: string): readonly string[] => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim())
}

const withoutPayloads = (command: string): string => command.replaceAll(/"data":\{[^}]*\}/g, '')

test.each(['README.md', 'README.zh-CN.md'])('the calls in %s do what it says', async (file) => {
  const now = Date.now()
  const api = await startApi({ now: () => now })
  try {
    const calls = commandsIn(file).filter((command) => /^curl .*\.do /.test(command))
    for (const call of calls) {
      const [, path = '', type, body = ''] =
        /8080(\S+)(?: -H 'Content-Type: ([^']*)')? -d '([^']*)'$/.exec(call) ?? []
      const contentType = type ?? 'application/x-www-form-urlencoded'
      const reply = await api.post(path, body, { 'content-type': contentType })
      expect(reply.json, call).toMatchObject({ success: true })
    }
    expect(typesOf(api.log).filter((type) => type.startsWith('Task'))).toEqual([
      'TaskAdded',
      'TaskPaused',
      'TaskResumed',
      'TaskTriggered',
      'TaskReplaced',
      'TaskDeleted',
    ])
    const questions = commandsIn(file).filter(
      (command) => command.includes('/api/v1/') && !command.includes('-X'),
    )
    const [history = '', why = ''] = questions.map((command) =>
      command.slice(command.indexOf('8080') + 4).replace(/'$/, ''),
    )
    expect((await api.get(history)).json.events).toHaveLength(api.log().length)
    expect((await api.get(why)).json).toMatchObject({
      verdict: 'deleted',
      events: [{ type: 'TaskDeleted' }],
    })
    const changes = commandsIn(file).filter((command) => command.startsWith('curl -s -X'))
    expect(changes).not.toEqual([])
    for (const change of changes) {
      const [, method = '', path = '', body = ''] =
        /-X (\S+) '[^']*8080(\S+)' -d '([^']*)'$/.exec(change) ?? []
      const { status } = await api.send(method, path, JSON.parse(body))
      expect([200, 201, 202], change).toContain(status)
    }
  } finally {
    await api.close()
  }
})

test('both languages show the same commands', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map(commandsIn)
  expect(chinese?.map(withoutPayloads)).toEqual(english?.map(withoutPayloads))
})
