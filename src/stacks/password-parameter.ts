/** Whether a service stack with these parameters is of a site that needs a password; undefined: there is none. */
export function needsPassword(parameters: Readonly<Record<string, string>> | undefined): boolean {
  return parameters?.Password === "true";
}
