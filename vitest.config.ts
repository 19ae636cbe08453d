// Two projects: "fast" needs nothing but Node and is part of `npm run check`; "whole" starts real
// servers (Postgres, HTTP, browsers) and is the rest of `npm test`. A file belongs to "whole" when
// its name says so: `*.whole.test.ts`.
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begun last, these would keep one worker waiting for the other. */
const long = /(simulation|plants|replicas)\.whole\.test\.ts$/

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => long.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.whole.test.ts'],
          testTimeout: 60_000,
          // Modules are loaded once for all files of a worker, which is a third of the time.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          // Tests that start the service side by side must not build it side by side.
          globalSetup: ['test/support/built.ts'],
          include: ['test/**/*.whole.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
