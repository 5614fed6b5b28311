import { describe, expect, test } from "vitest";
import { importsOf, sourceFiles, textOf } from "./source-files.ts";

const PRODUCT = [...sourceFiles("src"), ...sourceFiles("runtime"), ...sourceFiles("layer")];

/** "file:line text" of each line that matches, outside comments. */
function linesMatching(files: string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    textOf(file)
      .split("\n")
      .map((line, at) => `${file}:${at + 1} ${line.trim()}`)
      .filter((line) => pattern.test(line) && !/^\S+ (\*|\/\/|\/\*)/.test(line)),
  );
}

describe("The layout keeps its promises", () => {
  test("the runtime never imports the CLI", () => {
    const crossing = sourceFiles("runtime").flatMap((file) =>
      importsOf(file, { types: true })
        .filter((target) => target.startsWith("src/"))
        .map((target) => `${file} imports ${target}`),
    );
    expect(crossing).toEqual([]);
  });

  test("publishing needs the core only, so that a Lambda can publish", () => {
    const crossing = sourceFiles("runtime/publisher").flatMap((file) =>
      importsOf(file, { types: true })
        .filter((target) => !/^runtime\/(core|publisher)\//.test(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(crossing).toEqual([]);
  });

  test("product code never imports tests or scripts", () => {
    const crossing = PRODUCT.flatMap((file) =>
      importsOf(file, { types: true })
        .filter((target) => /^(test|scripts)\//.test(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(crossing).toEqual([]);
  });

  test("the local AWS is started in one place, and nothing else outside it knows it", () => {
    const mayStartIt = ["src/commands/local.ts", "src/deploy/target.ts"];
    const knowing = PRODUCT.filter((file) => !file.startsWith("src/local-aws/"))
      .filter((file) => !mayStartIt.includes(file))
      .flatMap((file) =>
        importsOf(file, { types: false })
          .filter((target) => target.startsWith("src/local-aws/"))
          .map((target) => `${file} imports ${target}`),
      );
    expect(knowing).toEqual([]);
  });

  test("there are no import loops", () => {
    expect(importLoops(PRODUCT)).toEqual([]);
  });

  test("no file only re-exports others", () => {
    const barrels = PRODUCT.filter((file) =>
      /^export \* from|^export \{[^}]*\} from/m.test(textOf(file)),
    );
    expect(barrels).toEqual([]);
  });

  test("only terminal/ prints", () => {
    // The daemon's output is its log file; the Lambda's is its log group.
    const mayPrint = /^src\/(terminal\/|local-aws\/daemon\.ts|local-aws\/lambda\/)/;
    const files = sourceFiles("src").filter((file) => !mayPrint.test(file));
    expect(linesMatching(files, /console\.\w+\(|process\.(stdout|stderr)\.write/)).toEqual([]);
  });

  test("only the entry points of processes exit", () => {
    const mayExit = [
      "runtime/site/sources/fetcher-thread.ts",
      "src/serve/site-process.ts",
      "src/cli.ts",
      "src/local-aws/daemon.ts",
      "src/local-aws/lambda/runtime-entry.ts",
      // Corrects the exit code when the prompt library has ended the process by itself.
      "src/terminal/interactive.ts",
    ];
    const files = PRODUCT.filter((file) => !mayExit.includes(file));
    expect(linesMatching(files, /(?<![.\w])process\.exit(Code)?\b/)).toEqual([]);
  });

  test("only aws/ constructs AWS clients", () => {
    const files = PRODUCT.filter((file) => !file.startsWith("src/aws/"));
    expect(
      linesMatching(files, /new \w*(S3|CloudFormation|Lambda|CloudWatchLogs|STS|SQS|SSM)Client\(/),
    ).toEqual([]);
  });

  test("no file is longer than 300 lines", () => {
    const long = [...PRODUCT, ...sourceFiles("scripts"), ...sourceFiles("examples")]
      .map((file) => `${file}: ${textOf(file).trimEnd().split("\n").length}`)
      .filter((entry) => Number(entry.split(": ")[1]) > 300);
    expect(long).toEqual([]);
  });
});

/** Each loop once, as "a → b → a". */
function importLoops(files: string[]): string[] {
  const loops = new Set<string>();
  const finished = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const seen = trail.indexOf(file);
    if (seen >= 0) {
      loops.add([...trail.slice(seen), file].join(" → "));
      return;
    }
    if (finished.has(file)) return;
    for (const target of importsOf(file, { types: false })) {
      if (files.includes(target)) visit(target, [...trail, file]);
    }
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  return [...loops];
}
