/** Which cards a site has: of its databases, and of those of their tables that visitors may see and lists show. */
import { hash } from "node:crypto";
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import { decodeSummaries } from "../../runtime/core/format/column-summary.ts";
import type { TableInspection } from "../../runtime/core/format/inspection.ts";
import type { Card } from "../../runtime/core/format/manifest.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import { databaseConfig, tableConfig } from "../../runtime/site/pages/context.ts";
import { accentOnLight } from "../../runtime/site/views/css/accent.ts";
import { Visitor } from "../../runtime/site/visitor.ts";
import { type CardContent, databaseContent, siteContent, tableContent } from "./card-content.ts";
import { cardSvg } from "./card-svg.ts";

/** Of one database: each takes some 30 ms to be drawn and 30 kB. The tables with the most rows come first. */
const MOST_TABLES = 40;
const OUR_ACCENT = "#0b5f7a";

export interface DrawableCard {
  /** The SHA-256 of what it is drawn from, hex. */
  id: string;
  svg: string;
  /** Of what it is, for messages. */
  of: string;
}

export interface SiteCards {
  /** The databases with their cards. */
  databases: DatabaseFacts[];
  /** The id of the card of the site itself; undefined where there is none. */
  card: string | undefined;
  /** All of them. */
  cards: DrawableCard[];
}

/** `logo` is a `data:` URL. */
export function siteCards(
  databases: readonly DatabaseFacts[],
  config: SiteConfig,
  logo: string | null,
): SiteCards {
  const { accentColor } = config.look;
  const look = { accent: accentColor === null ? OUR_ACCENT : accentOnLight(accentColor), logo };
  const visitor = new Visitor(config);
  const cards: DrawableCard[] = [];
  const drawable = (content: CardContent | null, of: string): string | undefined => {
    if (content === null) return undefined;
    const svg = cardSvg(content, look);
    const id = hash("sha256", svg);
    cards.push({ id, svg, of });
    return id;
  };
  const card = visitor.mayViewInstance()
    ? drawable(siteContent(config.metadata), "the front page")
    : undefined;
  const withCards = databases.map((database): DatabaseFacts => {
    if (!visitor.mayViewDatabase(database.name)) return database;
    const contents = contentsOf(database, config, visitor);
    const own = contents.flatMap(([table, content]): Card[] => {
      const place = table === null ? database.name : `${database.name}/${table}`;
      const id = drawable(content, place);
      return id === undefined ? [] : [{ table, id }];
    });
    return { ...database, cards: own };
  });
  return { databases: withCards, card, cards };
}

/** What can be said of the database (null) and of each table. */
function contentsOf(
  facts: DatabaseFacts,
  config: SiteConfig,
  visitor: Visitor,
): [table: string | null, content: CardContent | null][] {
  const { name, inspection } = facts;
  const site = config.metadata.title ?? null;
  const own = databaseConfig(config, name);
  const tables = listedTables(facts, visitor).filter(
    (table) => !tableConfig(own, table.name).hidden,
  );
  const summaries = decodeSummaries(inspection.summaries);
  const largest = tables
    .toSorted((one, other) => (other.count ?? 0) - (one.count ?? 0))
    .slice(0, MOST_TABLES);
  return [
    [null, databaseContent(site, name, own.metadata, tables)],
    ...largest.map((table): [string, CardContent | null] => {
      const { metadata } = tableConfig(own, table.name);
      const summary = summaries.find((each) => each.name === table.name) ?? null;
      return [table.name, tableContent(site, name, table, metadata, summary)];
    }),
  ];
}

/** Those that visitors may see; what is private besides follows from the schema. */
function listedTables({ name, snapshot, inspection }: DatabaseFacts, visitor: Visitor) {
  const listed = inspection.tables.filter(({ hidden }) => !hidden);
  const rules = visitor.tableRules(name);
  if (rules === undefined) return listed;
  const connection = new Connection(snapshot, { immutable: true, rules });
  try {
    const { privacy } = connection;
    const isVisible = (table: TableInspection) =>
      visitor.mayViewTable(name, table.name) && privacy.isVisible(table.name);
    return listed.filter(isVisible);
  } finally {
    connection.close();
  }
}
