/** `dsl open NAME`: the site in a browser. */
import type { AwsClients } from "../aws/clients.ts";
import { openBrowser } from "../serve/open-browser.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { addressOf, openSite, requireUrl } from "./open-site.ts";

/** Prints the address in any case: the machine may have no browser. */
export async function openInBrowser(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const url = addressOf(site) ?? requireUrl(site);
  const opened = await openBrowser(url);
  if (!opened) reporter.warn("No browser could be started here");
  reporter.result([url], { site: name, url, opened });
}
