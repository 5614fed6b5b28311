import { defineConfig } from "vitest/config";

/** `npm test`: the inner loop. What deploys stacks or needs minutes is in `npm run test:e2e`. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/e2e/**", "test/**/*.e2e.test.ts"],
    // The local AWS that a test has started ends with the run, however it ends.
    // SQLITE_USE_URI: as the runtime sets it before it loads SQLite, which tests do themselves.
    env: { DSL_LOCAL_OWNER: String(process.pid), SQLITE_USE_URI: "1" },
    // Real processes on a busy machine take seconds.
    // A state is waited for as long as a test may take: how fast a machine is decides nothing.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
