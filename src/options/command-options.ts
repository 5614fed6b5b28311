/** Which command has which options: the one table that everything else is derived from. */
import { CONVERT_OPTIONS } from "./convert-options.ts";
import { INIT_OPTIONS } from "./init-options.ts";
import { BUILD_LAYER_OPTIONS, DELETE_LAYER_OPTIONS, LIST_LAYERS_OPTIONS } from "./layer-options.ts";
import { fileKey, type Option } from "./option.ts";
import { PUBLISH_OPTIONS } from "./publish-options.ts";
import { REPLICATE_OPTIONS, RESTORE_OPTIONS } from "./replicate-options.ts";
import { SERVE_OPTIONS } from "./serve-options.ts";
import { FILE_OPTIONS, OUTPUT_OPTIONS, TARGET_OPTIONS } from "./shared-options.ts";
import {
  ASKING_OPTIONS,
  COLLECT_SEND_OPTIONS,
  COST_OPTIONS,
  DELETE_STACK_OPTIONS,
  DOWNLOAD_OPTIONS,
  LOADS_OPTIONS,
  LOCAL_START_OPTIONS,
  LOGS_OPTIONS,
  PUT_OPTIONS,
  TOKEN_CREATE_OPTIONS,
} from "./site-options.ts";
import { DIFF_OPTIONS, POLICY_OPTIONS, UPDATE_OPTIONS } from "./update-options.ts";
import { WATCH_OPTIONS } from "./watch-options.ts";

/** By the words after `dsl`; FILE_OPTIONS and OUTPUT_OPTIONS come on top. */
export const COMMAND_OPTIONS: Readonly<Record<string, readonly Option[]>> = {
  "update-stack": UPDATE_OPTIONS,
  watch: WATCH_OPTIONS,
  replicate: REPLICATE_OPTIONS,
  restore: RESTORE_OPTIONS,
  diff: DIFF_OPTIONS,
  policy: POLICY_OPTIONS,
  "delete-stack": DELETE_STACK_OPTIONS,
  status: TARGET_OPTIONS,
  list: TARGET_OPTIONS,
  open: TARGET_OPTIONS,
  logs: LOGS_OPTIONS,
  versions: TARGET_OPTIONS,
  put: PUT_OPTIONS,
  loads: LOADS_OPTIONS,
  "token create": TOKEN_CREATE_OPTIONS,
  "token list": TARGET_OPTIONS,
  "token revoke": TARGET_OPTIONS,
  "collect send": COLLECT_SEND_OPTIONS,
  "collect failed": TARGET_OPTIONS,
  "collect replay": TARGET_OPTIONS,
  remove: ASKING_OPTIONS,
  rollback: ASKING_OPTIONS,
  download: DOWNLOAD_OPTIONS,
  cost: COST_OPTIONS,
  serve: SERVE_OPTIONS,
  convert: CONVERT_OPTIONS,
  "local start": LOCAL_START_OPTIONS,
  "local stop": [],
  "local status": [],
  "build-layer": BUILD_LAYER_OPTIONS,
  "list-layers": LIST_LAYERS_OPTIONS,
  "delete-layer": DELETE_LAYER_OPTIONS,
  doctor: TARGET_OPTIONS,
  init: INIT_OPTIONS,
  publish: PUBLISH_OPTIONS,
  schema: [],
  completion: [],
};

/** All options of a command. Throws for a command that is not in the table. */
export function optionsOf(command: string): readonly Option[] {
  const options = COMMAND_OPTIONS[command];
  if (options === undefined) throw new Error(`the options of ${command} are not described`);
  return [...options, ...(goesByFile(command) ? FILE_OPTIONS : []), ...OUTPUT_OPTIONS];
}

/** They write the file, or stand for it. */
const WITHOUT_FILE = ["init", "publish"];

/** Whether dsl.yaml may say something for a command. */
export function goesByFile(command: string): boolean {
  if (WITHOUT_FILE.includes(command)) return false;
  return (COMMAND_OPTIONS[command] ?? []).some((option) => fileKey(option) !== null);
}
