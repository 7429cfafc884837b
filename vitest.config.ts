import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Longer suites have configurations and scripts of their own.
    exclude: [
      'test/registries/**',
      'test/pullers/**',
      'test/browser/**',
      'test/mutation/**',
      'test/cluster/**',
      'test/node/**',
    ],
    // A file would get a process of its own, and load all modules anew. What a test changes in its process it undoes.
    isolate: false,
    globalSetup: 'test/support/image/bundle-folder.ts',
    sequence: { sequencer: LongestFirst },
    // They wait for programs more than they compute, so one for each processor would leave the processors idle.
    maxWorkers: '150%',
    // Tests with real servers start programs and wait for them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      include: ['src/**/*.ts'],
      // The process boundary is run as a process of its own, where coverage does not reach.
      exclude: ['src/main.ts'],
      reporter: ['text-summary'],
      thresholds: { statements: 95, branches: 90, functions: 95, lines: 95 },
    },
  },
});
