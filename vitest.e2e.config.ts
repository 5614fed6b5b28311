import { defineConfig } from "vitest/config";

/** `npm run test:e2e`: whole deployments on the local AWS, other implementations of AWS, slow parts. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts", "test/**/*.e2e.test.ts"],
    env: { DSL_LOCAL_OWNER: String(process.pid) },
    // A real (local) CloudFormation takes seconds, on a busy machine more.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
