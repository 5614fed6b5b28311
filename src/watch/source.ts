/** What is followed: a file that programs write to (`live-source.ts`), or a replica (`replica-source.ts`). */
import type { Changes, Size } from "../../runtime/publisher/database/mirror.ts";

export interface Source {
  /** As the user named it. */
  readonly path: string;
  /** Whether only a copy of the whole can tell what the database is now. */
  readonly mustCopy: boolean;
  /** Whether there is something that was not taken yet. */
  readonly hasNews: boolean;
  /** False where each change needs a copy of the whole. */
  readonly isWal: boolean;
  /** Changes with every commit. */
  readonly place: unknown;
  /** After so many milliseconds the whole is to be read once more; null: never. */
  readonly checkMs: number | null;
  /** Throws a DslError for what cannot be followed. */
  open(): Promise<void>;
  close(): void;
  /** Makes the next copy one of the whole. */
  distrust(): void;
  /** Looks for commits; `isLast`: also if that was done a moment ago. Throws a DslError. */
  look(isLast: boolean): void | Promise<void>;
  /** What has changed since the last time; not to be called when the whole must be copied. */
  take(): Changes;
  /**
   * Writes the whole database as it is after some commit into this file, which has what was taken until now.
   * Throws a DslError.
   */
  copyTo(target: number): Promise<Size>;
}
