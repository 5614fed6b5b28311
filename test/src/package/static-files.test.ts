import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkMounts, readStaticFiles } from "../../../src/package/static-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dsl-static-files-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, content = name): void {
  mkdirSync(join(directory, name, ".."), { recursive: true });
  writeFileSync(join(directory, name), content);
}

const read = (folder = "public") =>
  readStaticFiles([{ mount: "assets", directory: join(directory, folder) }]);

describe("what is published of a directory", () => {
  test("all files in it and below, under their mount", async () => {
    write("public/site.css", "body {}");
    write("public/img/logo.svg", "<svg/>");
    const files = await read();
    expect(files.map(({ name, content }) => [name, content.toString()])).toEqual([
      ["assets/img/logo.svg", "<svg/>"],
      ["assets/site.css", "body {}"],
    ]);
  });

  test("nothing that is hidden", async () => {
    for (const name of ["public/.env", "public/.git/config", "public/a.css"]) write(name);
    expect((await read()).map(({ name }) => name)).toEqual(["assets/a.css"]);
  });

  test("links within the directory, as what they lead to", async () => {
    write("public/real/a.css", "a {}");
    symlinkSync("real", join(directory, "public", "also"));
    symlinkSync(join(directory, "public"), join(directory, "link"));
    const names = (await read("link")).map(({ name }) => name);
    expect(names).toEqual(["assets/also/a.css", "assets/real/a.css"]);
  });

  test.each([
    ["out of the directory", "../secret.txt", "static_link", "outside of"],
    ["to a folder it is in", ".", "static_link", "a folder that it is in"],
    ["to nothing", "nothing", "unreadable_static_file", "is a link to nothing"],
  ])("a link %s is refused by its name", async (_, target, code, reason) => {
    write("secret.txt");
    write("public/a.css");
    symlinkSync(target, join(directory, "public", "link"));
    await expect(read()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`public/link .*${reason}`)),
    });
  });

  test("more than a package takes is refused, without being read", async () => {
    write("public/video.mp4");
    truncateSync(join(directory, "public", "video.mp4"), 300_000_000);
    await expect(read()).rejects.toMatchObject({
      code: "static_too_large",
      message: expect.stringContaining("200.0 MB"),
    });
  });
});

describe("where files may be", () => {
  const check = (...mounts: string[]) =>
    checkMounts(
      mounts.map((mount) => ({ mount, directory: `/files/${mount}` })),
      [{ name: "shop" }, { name: "my data" }],
    );

  test("anywhere that is free", () => {
    expect(() => check("assets", "static/img", "shop.files", "assets2")).not.toThrow();
  });

  test.each([["-"], ["-/static"], ["_memory"], ["shop"], ["shop/files"], ["my+data"]])(
    "not at %s, where the site has pages",
    (mount) => {
      expect(() => check(mount)).toThrow(
        expect.objectContaining({ code: "mount_taken", exitCode: 2 }),
      );
    },
  );

  test.each([
    ["assets", "assets"],
    ["assets", "assets/img"],
    ["assets/img", "assets"],
  ])("not at %s and %s at once", (one, other) => {
    expect(() => check(one, other)).toThrow(expect.objectContaining({ code: "same_mount" }));
  });
});
