import { defineConfig } from "vitest/config";

/** `npm run test:e2e`: whole deployments on the local AWS, other implementations of AWS, slow parts. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts", "test/**/*.e2e.test.ts"],
    // SQLITE_USE_URI: as the runtime sets it before it loads SQLite, which tests do themselves.
    env: { DSL_LOCAL_OWNER: String(process.pid), SQLITE_USE_URI: "1" },
    // A real (local) CloudFormation takes seconds, on a busy machine more.
    // A state is waited for as long as a test may take: how fast a machine is decides nothing.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
