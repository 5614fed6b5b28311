/** What `dsl replicate` is to do, from its flags and from Datasette's configuration and metadata. */
import { InvalidArgumentError } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { ReplicateFlags } from "../options/replicate-options.ts";
import { address } from "../options/watch-options.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";
import { contentOf } from "../site-content.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { MetricsAddress } from "../watch/metrics-server.ts";
import { readLitestream } from "./litestream-config.ts";
import type { ReplicateRequest } from "./replicate.ts";

/** Flags count before files. Says what a file has without effect; throws a DslError for what it may not have. */
export async function replicateRequest(
  databases: TypedDatabases,
  flags: ReplicateFlags,
  reporter: Reporter,
): Promise<ReplicateRequest> {
  const sources = [await contentOf(flags.config ?? null), await contentOf(flags.metadata ?? null)];
  const [to = null, other] = flags.to ?? [];
  if (other !== undefined) {
    throw new DslError(
      "several_places",
      "--to is given twice, and a run of dsl replicate keeps one replica of each database",
      `a run for each, which do not disturb each other: --to '${to}', and --to '${other}'`,
      { exitCode: 2 },
    );
  }
  const config = readLitestream(sources, to, process.env);
  for (const note of config.notes) reporter.info(note);
  return {
    databases,
    ruleOf: (name) => {
      const rule = config.ruleOf(name);
      return rule && { ...rule, intervalMs: flags.interval ?? rule.intervalMs };
    },
    metrics: flags.metrics ?? (config.metrics === null ? null : metricsAt(config.metrics)),
    keep: flags.keep ?? null,
    once: flags.once ?? false,
  };
}

function metricsAt(text: string): MetricsAddress {
  try {
    return address(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const message = `metrics-addr cannot be ${text}: ${error.message.replace(/\.$/, "")}`;
    throw new DslError("invalid_config", message, "metrics-addr: 127.0.0.1:9090");
  }
}
