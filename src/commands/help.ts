/** What `--help` says besides the options: examples, and where the documentation is. */
import type { Command } from "commander";
import { wordsOf } from "./define-command.ts";

/** By command; lines of at most 78 characters. */
const EXAMPLES: Record<string, string[]> = {
  dsl: ["dsl update-stack shop shop.db --local", "dsl serve shop.db", "dsl status shop"],
  "update-stack": [
    "dsl update-stack shop shop.db",
    "dsl update-stack shop shop.db --dry-run",
    "dsl update-stack shop shop.db orders.db -c datasette.yaml --local",
    "dsl update-stack shop shop.db --storage s3 --memory 3008 --tag owner=data",
  ],
  init: ["dsl init", "dsl init shop.db --name shop --region eu-central-1 --memory 1024"],
  publish: ["dsl publish cloudrun shop.db --service shop --title Shop"],
  "delete-stack": [
    "dsl delete-stack shop",
    "dsl delete-stack shop --local --yes",
    "dsl delete-stack --previews-older-than 7d --yes",
  ],
  put: ["dsl put shop orders.csv", "dsl put shop orders.csv --to sales"],
  loads: ["dsl loads shop", "dsl loads shop --follow"],
  collect: ["dsl collect send shop clicks.ndjson"],
  "collect send": [
    "dsl collect send shop clicks.ndjson --token dslc_…",
    "dsl collect send shop clicks.ndjson.gz --table visits",
  ],
  "collect failed": ["dsl collect failed shop"],
  "collect replay": ["dsl collect replay shop"],
  token: ["dsl token create shop"],
  "token create": [
    "dsl token create shop",
    "dsl token create shop --name web --scope collect:orders --expires 90d",
  ],
  "token list": ["dsl token list shop"],
  "token revoke": ["dsl token revoke shop web"],
  remove: ["dsl remove shop orders"],
  watch: [
    "dsl watch shop shop.db",
    "dsl watch shop data/ --interval 10s --metrics 127.0.0.1:9090",
    "dsl watch shop --status",
  ],
  replicate: [
    "dsl replicate shop.db --to 's3://my-bucket/backups/$DB_NAME'",
    "dsl replicate data/ --to 'file:///mnt/backup/$DB_NAME' --keep 30d",
    "dsl replicate shop.db --to s3://my-bucket/shop --once",
    "dsl replicate shop.db --metadata metadata.yaml",
  ],
  restore: [
    "dsl restore s3://my-bucket/backups/shop --list",
    "dsl restore s3://my-bucket/backups/shop -o shop.db",
    "dsl restore s3://my-bucket/backups/shop -o shop.db --at 2026-11-20T12:00",
  ],
  status: ["dsl status shop", "dsl status shop --json"],
  list: ["dsl list --region eu-central-1"],
  diff: ["dsl diff shop shop.db", "dsl diff shop shop.db --memory 512 --exit-code"],
  open: ["dsl open shop"],
  logs: ["dsl logs shop --since 10m --errors", "dsl logs shop --follow"],
  versions: ["dsl versions shop"],
  rollback: ["dsl rollback shop", "dsl rollback shop 12"],
  download: ["dsl download shop", "dsl download shop orders"],
  cost: ["dsl cost shop"],
  convert: [
    "dsl convert orders.csv items.json -o shop.db",
    "dsl convert orders.csv.gz -o shop.db --pk id --fts auto --append",
  ],
  serve: [
    "dsl serve shop.db --open",
    "dsl serve folder/ --reload",
    "dsl serve shop.db --get /shop.json",
  ],
  local: ["dsl local status", "dsl local stop"],
  "local start": ["dsl local start --port 4600"],
  "local stop": ["dsl local stop"],
  "local status": ["dsl local status --json"],
  "build-layer": ["dsl build-layer --arch arm64", "dsl build-layer --publish --region eu-north-1"],
  "list-layers": ["dsl list-layers --region eu-north-1 eu-central-1"],
  "delete-layer": ["dsl delete-layer --old --region eu-north-1"],
  doctor: ["dsl doctor", "dsl doctor shop --region eu-central-1"],
  schema: ["dsl schema > dsl.schema.json"],
  policy: ["dsl policy shop --inbox", "dsl policy shop --github anna/shop > ci-role.json"],
  completion: ["dsl completion bash > ~/.local/share/bash-completion/completions/dsl"],
};

/** For the program before its commands are added, which inherit it. */
export function formatHelp(program: Command): void {
  // With its arguments a command's term would leave no room for what it does.
  program.configureHelp({ subcommandTerm: (command) => command.name() });
}

/** For the program with all its commands: examples and the documentation's place below each help text. */
export function addHelpTexts(program: Command, documentation: string): void {
  for (const command of [program, ...program.commands.flatMap(withNested)]) {
    const examples = EXAMPLES[wordsOf(command)] ?? [];
    const lines = examples.length === 0 ? [] : ["", "Examples:", ...examples.map((e) => `  ${e}`)];
    command.addHelpText("after", [...lines, "", `Documentation: ${documentation}`].join("\n"));
  }
}

function withNested(command: Command): Command[] {
  return [command, ...command.commands];
}
