import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResourceSchemas } from "../../src/overrides/resource-schema.ts";
import type { StackContent } from "../../src/plan/plan.ts";
import { readTemplates } from "../../src/stacks/templates.ts";
import { isOnPath } from "../src/local-aws/on-path.ts";
import { afterwards, NOTHING } from "../src/plan/examples.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { combinations, contentsOf, parametersOf, planFor, stackFaults } from "./combinations.ts";

const schemas = await readResourceSchemas();
const templates = await readTemplates();
const rows = combinations();

test("A site that changes from each combination to the next stays within the schemas", async () => {
  const faults: string[] = [];
  let deployed = NOTHING;
  let changed = 0;
  for (const row of rows) {
    // What an earlier combination has turned on may be there still, and then nothing can be embedded.
    const { plan, facts } = await planFor({ ...row, storage: "auto" }, templates, deployed);
    const stacks = contentsOf(plan);
    faults.push(...stacks.flatMap((stack) => stackFaults(stack, schemas)));
    changed += stacks.length;
    deployed = afterwards(plan, facts, deployed);
  }
  expect(faults).toEqual([]);
  expect(changed).toBeGreaterThan(rows.length);
});

test("What is wrong with two options together only is found", async () => {
  const traced = "TracingConfig: !If [IsTraced, { Mode: Active }, !Ref AWS::NoValue]";
  const wrong = "{ Mode: !If [HasAlarms, Alert, Active] }";
  expect(templates.service).toContain(traced);
  const service = templates.service.replace(traced, traced.replace("{ Mode: Active }", wrong));
  const found = [];
  for (const row of rows) {
    const { plan } = await planFor(row, { ...templates, service }, NOTHING);
    const faults = contentsOf(plan).flatMap((stack) => stackFaults(stack, schemas));
    if (faults.length > 0) found.push({ row, faults });
  }
  expect(found.length).toBeGreaterThan(0);
  for (const { row, faults } of found) {
    expect(row).toMatchObject({ tracing: true, alarm: "me@example.com" });
    expect(faults.join()).toMatch(/^Function\.TracingConfig\.Mode: .* not "Alert"$/);
  }
});

test.runIf(isOnPath("cfn-lint"))("cfn-lint finds no error in any of them", async () => {
  const folder = temporaryDirectory();
  const unique = new Set<string>();
  for (const row of rows) {
    const { plan } = await planFor(row, templates, NOTHING);
    for (const stack of contentsOf(plan)) unique.add(withDefaults(stack));
  }
  const files = [...unique].map((template, i) => {
    const file = join(folder, `${i}.yaml`);
    writeFileSync(file, template);
    return file;
  });
  const { stdout } = spawnSync("cfn-lint", ["--format", "parseable", ...files], {
    encoding: "utf8",
  });
  // Of a template without faults it says this much: that it is for dsl alone to know a parameter.
  expect(stdout).toContain("Parameter StaticMounts not used");
  const faults = stdout.split("\n").filter((line) => FAULT.test(line));
  expect(faults.filter((line) => !NOT_THERE.test(line))).toEqual([]);
});

/** Errors, and what it calls a warning where a value comes from a parameter's default (W1030 …). */
const FAULT = /:(E\d+|W103\d):/;

/**
 * Empty where nothing uses it, which cfn-lint does not see: the key of our layer where --layer-arn names
 * another, the certificate where there is no domain.
 */
const NOT_THERE = /'LayerKey'} is shorter than 1|'CertificateArn'} is not a/;

/** cfn-lint knows parameters by their defaults: each becomes the value that it is given. */
function withDefaults({ template, parameters }: StackContent): string {
  return Object.entries(parametersOf(parameters)).reduce(
    (text, [name, value]) =>
      text.replace(new RegExp(`^  ${name}:\\n((?:    .*\\n)*)`, "m"), (_, lines: string) => {
        const others = lines.replace(/^ {4}Default: .*\n/m, "");
        return `  ${name}:\n${others}    Default: ${JSON.stringify(value)}\n`;
      }),
    template,
  );
}
