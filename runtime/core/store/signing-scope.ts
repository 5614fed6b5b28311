/** Who signs requests, and for which region: Lambda's environment variables say it. */
import type { SigningScope } from "./sigv4.ts";

export type Environment = Record<string, string | undefined>;

/** To be asked at each use: Lambda may replace credentials. Throws where a variable is missing. */
export function signingScope(environment: Environment): SigningScope {
  return {
    credentials: {
      accessKeyId: required(environment, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: required(environment, "AWS_SECRET_ACCESS_KEY"),
      sessionToken: environment.AWS_SESSION_TOKEN || undefined,
    },
    region: environment.AWS_REGION || required(environment, "AWS_DEFAULT_REGION"),
    now: new Date(),
  };
}

export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
}
