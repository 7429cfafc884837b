import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/registries/**/*.test.ts'],
    globalSetup: 'test/support/image/bundle-folder.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
