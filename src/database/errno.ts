/** True for an error of the operating system with one of these codes ("ENOENT"). */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
