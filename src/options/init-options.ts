/** The options of `init`: everything that may stand in dsl.yaml. */
import { fileKey, type Option } from "./option.ts";
import { UPDATE_OPTIONS } from "./update-options.ts";

export const INIT_OPTIONS: readonly Option[] = [
  {
    name: "name",
    value: "<name>",
    help: "name of the site",
    kind: {
      type: "text",
      pattern: /^[A-Za-z][A-Za-z0-9-]*$/,
      mustBe: "It must begin with a letter and have letters, digits and hyphens only.",
    },
    key: null,
    defaultIs: "that of the database, or of the folder",
  },
  ...UPDATE_OPTIONS.filter((option) => fileKey(option) !== null).map(withoutDefault),
];

/** What is not given does not get into the file. */
function withoutDefault({ default: _, defaultIs: __, ...option }: Option): Option {
  return option;
}
