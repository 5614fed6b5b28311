/** `/-/card.png`, `/DB/-/card.png`, `/DB/TABLE/-/card.png`: the picture that networks show with a link. */
import { forbidden, notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import { findDatabase, type PageContext } from "../pages/context.ts";
import { openVisibleDatabase } from "../pages/database/database-page.ts";
import { openTable } from "../pages/open-table.ts";
import type { SiteCard } from "../site.ts";
import { cacheControl } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** @throws HttpError 403, 404 */
export async function cardRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Answer> {
  const card = await visibleCard(context, database, table);
  const bytes = (await card?.bytes()) ?? null;
  if (card === undefined || bytes === null) throw notFound("Card not found");
  const asked = context.request.args.get("id");
  // An address that names the picture never shows another one.
  const isNamed = asked !== undefined && asked.length >= 16 && card.id.startsWith(asked);
  return answer(bytes, {
    "content-type": "image/png",
    // Made to be shown elsewhere.
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": isNamed ? "public, max-age=31536000, immutable" : cacheControl(context),
  });
}

async function visibleCard(
  context: PageContext,
  database: string,
  table: string,
): Promise<SiteCard | undefined> {
  const { visitor, site } = context;
  if (database === "") {
    if (visitor.mayViewInstance()) return site.card;
    throw forbidden("You do not have permission to view this instance");
  }
  await (table === ""
    ? openVisibleDatabase(context, database)
    : openTable(context, database, table));
  return findDatabase(context, database).cards?.get(table === "" ? null : table);
}
