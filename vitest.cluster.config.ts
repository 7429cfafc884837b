import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each file has a cluster of its own, which takes seconds to start and to stop.
  test: { include: ['test/cluster/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
