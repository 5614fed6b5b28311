/** `npm run check:templates`: the templates against AWS's published resource schemas. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { parseTemplateText } from "../src/local-aws/cloudformation/template/yaml.ts";
import { templatesFolder } from "../src/paths.ts";
import { type Template, templateFaults } from "./template-schema.ts";

const schemas = loadAwsServiceSpecSync();
let faultCount = 0;
for (const name of readdirSync(templatesFolder).sort()) {
  const text = readFileSync(join(templatesFolder, name), "utf8");
  const faults = templateFaults(parseTemplateText(text) as Template, schemas);
  for (const fault of faults) console.error(`templates/${name}: ${fault}`);
  if (faults.length === 0) console.log(`templates/${name}: valid`);
  faultCount += faults.length;
}
process.exitCode = faultCount > 0 ? 1 : 0;
