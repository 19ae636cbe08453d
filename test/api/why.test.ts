import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

// The task fires on every full ten seconds; the clock stands at 07:00:05 Shanghai time.
const start = Date.UTC(2026, 10, 22, 23, 0, 5)
let nowMs = start
let api: TestApi
beforeEach(async () => {
  nowMs = start
  api = await startApi({ now: () => nowMs })
  await api.post('/dispatchserver/add.do', cronAdd({ cronExpress: '0/10 * * * * ?' }))
})
afterEach(() => api.close())

const task = '/api/v1/tasks/g1/job1'
const key = { groupName: 'g1', jobName: 'job1' }
const second = (n: number) => new Date(start - 5_000 + n * 1_000).toISOString()

describe('why', () => {
  test('answers as data and in both languages, and names its events', async () => {
    const { position, revision, stream, type } = api.log()[0]!
    const { status, json } = await api.get(`${task}/why?at=${second(10)}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      at: second(10),
      verdict: 'planned',
      decided: false,
      lang: 'en',
      zone: 'Asia/Shanghai',
      sentence: 'Will fire at 2026-11-23T07:00:10+08:00, as things stand.',
      sentences: { zh: '按当前调度规则，将于 2026-11-23T07:00:10+08:00 触发。' },
      events: [{ stream, revision, position, type }],
    })
  })

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '', 'zh'],
    ['fr, en', '', 'en'],
    ['zh', '&lang=en', 'en'],
    ['', '&lang=zh', 'zh'],
  ])('speaks the language asked for: %s %s', async (accepted, lang, spoken) => {
    const headers = { 'accept-language': accepted }
    const { json } = await api.get(`${task}/why?at=${second(10)}${lang}`, headers)
    expect(json.lang).toBe(spoken)
    expect(json.sentence).toBe(json.sentences[spoken])
  })

  test('tells a pause, and what became of it on resuming', async () => {
    await api.post('/dispatchserver/pause.do', key)
    const path = `${task}/why?at=${second(10)}`
    expect((await api.get(path)).json).toMatchObject({ verdict: 'paused', decided: false })
    nowMs = start + 30_000
    await api.post('/dispatchserver/resumeTask.do', key)
    const { json } = await api.get(path)
    expect(json).toMatchObject({
      verdict: 'paused',
      decided: true,
      change: { type: 'TaskPaused', at: second(5), source: 'api' },
      events: [{ type: 'OccurrencesSkipped' }, { type: 'TaskPaused' }, { type: 'TaskTriggered' }],
    })
  })

  test('of an instant that cannot be read, or of a task nobody added, is refused', async () => {
    expect((await api.get(`${task}/why?at=soon`)).status).toBe(400)
    expect((await api.get(`${task}/why`)).json.problems).toMatchObject([{ field: 'at' }])
    expect((await api.get(`/api/v1/tasks/g1/nobody/why?at=${second(10)}`)).status).toBe(404)
  })
})

describe('occurrences', () => {
  test('are the planned instants of the window with their verdicts, in pages', async () => {
    nowMs = start + 12_000
    await api.post('/dispatchserver/pause.do', key)
    const shown: unknown[] = []
    for (let cursor = ''; ;) {
      const window = `from=${second(0)}&to=${second(40)}&limit=2${cursor}`
      const { json } = await api.get(`${task}/occurrences?${window}`)
      for (const { at, verdict, decided, sentences } of json.occurrences) {
        shown.push([at, verdict, decided])
        const { json: asked } = await api.get(`${task}/why?at=${at}`)
        expect(sentences).toEqual(asked.sentences)
      }
      if (json.next === null) break
      cursor = `&cursor=${json.next}`
    }
    expect(shown).toEqual([
      [second(0), 'not-added', false],
      [second(10), 'paused', true],
      [second(20), 'paused', false],
      [second(30), 'paused', false],
    ])
  })

  test('without a beginning begin with the task', async () => {
    nowMs = start + 12_000
    const { json } = await api.get(`${task}/occurrences?limit=2`)
    expect(json.occurrences).toMatchObject([
      { at: second(10), verdict: 'undecided' },
      { at: second(20), verdict: 'planned' },
    ])
    const { json: before } = await api.get(`${task}/occurrences?limit=1&from=${second(0)}`)
    expect(before.occurrences).toMatchObject([{ at: second(0), verdict: 'not-added' }])
  })

  test('reach back only as far as their window needs, books carried forward included', async () => {
    const again = { ...cronAdd({ cronExpress: '0/10 * * * * ?' }), replace: true }
    for (let n = 0; n < 199; n += 1) await api.post('/dispatchserver/add.do', again)
    expect(api.log().at(-1)?.type).toBe('TaskCarriedForward')
    const at = (path: string) => api.get(`${task}/${path}`)
    expect((await at(`why?at=${second(0)}`)).json.verdict).toBe('not-added')
    const planned = await at(`why?at=${second(10)}`)
    expect(planned.json).toMatchObject({
      verdict: 'planned',
      events: [{ type: 'TaskCarriedForward' }],
    })
  })

  test('of a window that ends before it begins are refused', async () => {
    const { status, json } = await api.get(`${task}/occurrences?from=${second(9)}&to=${second(9)}`)
    expect(status).toBe(400)
    expect(json.problems).toMatchObject([{ field: 'to' }])
  })
})
