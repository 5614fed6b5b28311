import { join } from "node:path";
import { execa } from "execa";

/** Runs the real AWS CLI against a local AWS; what it prints on stdout. `folder` has no AWS files. */
export async function awsCommand(
  endpoint: string,
  folder: string,
  args: string[],
): Promise<string> {
  const { stdout } = await execa("aws", ["--endpoint-url", endpoint, ...args], {
    env: {
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_PAGER: "",
      // Whatever the machine's own account is, it is not asked.
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    },
  });
  return stdout;
}
