/** The commands of the collector: `dsl collect send|failed|replay NAME` and `dsl token create|list|revoke NAME`. */
import type { Command } from "commander";
import type { TargetFlags } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";
import { clientsOf, siteCommand } from "./site-commands.ts";

export function addCollectCommand(program: Command, reporter: Reporter): void {
  const collect = program
    .command("collect")
    .description("Send events to a site, and try again what could not be loaded.");

  const send = siteCommand(collect, "send", "Send the events of a file to a site.").argument(
    "<file>",
    "NDJSON: one event a line; also .gz and .zst",
  );
  type SendFlags = TargetFlags & { table?: string; token?: string };
  defineCommand(send, async (site: string, file: string, flags: SendFlags) => {
    const { sendEvents } = await import("../sites/collect-send.ts");
    const { table = null, token = null } = flags;
    await sendEvents(await clientsOf(flags), { site, file, table, token }, reporter);
  });

  const why = "Show the events that could not be loaded, and why.";
  defineCommand(siteCommand(collect, "failed", why), async (site: string, flags: TargetFlags) => {
    const { showFailed } = await import("../sites/collect-failed.ts");
    await showFailed(await clientsOf(flags), site, reporter);
  });

  const what = "Queue again the events that could not be loaded.";
  const replay = siteCommand(collect, "replay", what);
  defineCommand(replay, async (site: string, flags: TargetFlags) => {
    const { replayEvents } = await import("../sites/collect-replay.ts");
    await replayEvents(await clientsOf(flags), site, reporter);
  });
}

interface CreateFlags extends TargetFlags {
  name?: string;
  scope: string[];
  /** Milliseconds. */
  expires?: number;
}

export function addTokenCommand(program: Command, reporter: Reporter): void {
  const token = program
    .command("token")
    .description("Say which programs may send events to a site, or read it.");

  const create = siteCommand(token, "create", "Make a token, and show it this once.");
  defineCommand(create, async (site: string, flags: CreateFlags) => {
    const { createToken } = await import("../sites/tokens.ts");
    const { name = null, scope: scopes, expires = null } = flags;
    await createToken(await clientsOf(flags), { site, name, scopes, expires }, reporter);
  });

  const list = siteCommand(token, "list", "List the tokens of a site, without what is secret.");
  defineCommand(list, async (site: string, flags: TargetFlags) => {
    const { showTokens } = await import("../sites/tokens.ts");
    await showTokens(await clientsOf(flags), site, reporter);
  });

  const revoke = siteCommand(token, "revoke", "Make a token invalid.").argument(
    "<name>",
    "what it is called, as dsl token list shows it",
  );
  defineCommand(revoke, async (site: string, name: string, flags: TargetFlags) => {
    const { revokeToken } = await import("../sites/tokens.ts");
    await revokeToken(await clientsOf(flags), { site, name }, reporter);
  });
}
