import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test,lab,simulator,tools,bench}/**/*.test.ts'],
    // chDB is a native library that keeps one engine a process: threads would share it, and would not survive each other's end.
    pool: 'forks',
    maxWorkers: 2,
    // The engine starts in half a second on an idle machine; a busy one of two cores takes ten times as long.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ['default'],
  },
});
