import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/pullers/**/*.test.ts'],
    // Each file starts daemons of its own, and waits for them and for the programs that pull.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
