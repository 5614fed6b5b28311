import { defineConfig } from "vitest/config";

/** `npm run test:browser`: needs Chromium at /usr/bin/chromium or where CHROMIUM says. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/build-pages.ts"],
    // A state is waited for as long as a test may take: how fast a machine is decides nothing.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One browser at a time: they need more memory than the tests need seconds.
    fileParallelism: false,
  },
});
