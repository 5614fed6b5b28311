import { expect, test } from "vitest";
import { locksOut } from "../../../../runtime/publisher/database/lock-out.ts";

const OWNER = { uid: 501, gid: 70 };
const US = { uid: 502, gid: 71 };
const database = (mode: number) => ({ ...OWNER, mode });
const PLAIN = { uid: 501, gid: 70, mode: 0o775 };
const SETGID = { ...PLAIN, mode: 0o2775 };

test.each([
  ["the owner", locksOut(database(0o644), PLAIN, OWNER, "linux"), false],
  [
    "root, whose files SQLite gives to the owner",
    locksOut(database(0o644), PLAIN, { uid: 0, gid: 0 }, "linux"),
    false,
  ],
  [
    "another user, of a file that the owner alone writes",
    locksOut(database(0o644), SETGID, US, "linux"),
    true,
  ],
  [
    "another user, where the group writes and is handed on",
    locksOut(database(0o664), SETGID, US, "linux"),
    false,
  ],
  [
    "another user, where files get that user's group",
    locksOut(database(0o664), PLAIN, US, "linux"),
    true,
  ],
  [
    "the same on macOS, where directories hand on theirs",
    locksOut(database(0o664), PLAIN, US, "darwin"),
    false,
  ],
  [
    "a user of the same group",
    locksOut(database(0o664), PLAIN, { uid: 502, gid: 70 }, "linux"),
    false,
  ],
  [
    "a directory of a third group",
    locksOut(database(0o664), { ...SETGID, gid: 9 }, US, "linux"),
    true,
  ],
  ["a file that everybody writes", locksOut(database(0o666), PLAIN, US, "linux"), false],
])("%s: %s", (_who, found, expected) => {
  expect(found).toBe(expected);
});
