/** Words that other tools have for what is called otherwise here: what to type instead. */
const INSTEAD: Record<string, string> = {
  deploy: "dsl update-stack NAME data.db",
  create: "dsl update-stack NAME data.db",
  update: "dsl update-stack NAME data.db",
  up: "dsl update-stack NAME data.db",
  diff: "dsl update-stack NAME data.db --dry-run",
  plan: "dsl update-stack NAME data.db --dry-run",
  preview: "dsl update-stack NAME data.db --dry-run",
  delete: "dsl delete-stack NAME",
  destroy: "dsl delete-stack NAME",
  rm: "dsl delete-stack NAME",
  down: "dsl delete-stack NAME",
  ls: "dsl list",
  sites: "dsl list",
  info: "dsl status NAME",
  describe: "dsl status NAME",
  show: "dsl status NAME",
  tail: "dsl logs NAME --follow",
  history: "dsl versions NAME",
  backup: "dsl replicate shop.db --to 's3://bucket/path/$DB_NAME'",
  dev: "dsl serve data.db",
  run: "dsl serve data.db",
  start: "dsl serve data.db, or dsl local start for the local AWS",
  stop: "dsl local stop for the local AWS; dsl delete-stack NAME for a site",
  inspect: "dsl serve --immutable data.db, which counts by itself",
  install: "dsl serve data.db --static MOUNT:DIR for files of your own; there are no plugins",
  plugins: "dsl serve data.db --static MOUNT:DIR for files of your own; there are no plugins",
  package: "dsl update-stack NAME data.db; no container is needed",
  login: "aws configure, or aws sso login; dsl uses the same credentials",
  version: "dsl --version",
};

/** What to type instead of a command that does not exist; null where nothing is known. */
export function insteadOf(command: string): string | null {
  return Object.hasOwn(INSTEAD, command) ? INSTEAD[command]! : null;
}
