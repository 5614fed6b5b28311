/**
 * Whether a service stack with these parameters is of a site that asks who comes, for a password or for a sign-in;
 * undefined: there is none.
 */
export function isProtected(parameters: Readonly<Record<string, string>> | undefined): boolean {
  return parameters?.Password === "true";
}
