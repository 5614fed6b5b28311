import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Browser tests need Chromium and have a command of their own: npm run test:browser.
    exclude: ["test/browser/**"],
    // Real processes and a real (local) CloudFormation take seconds, on a busy machine more.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
