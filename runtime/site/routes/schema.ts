/** The SQL of the schema, as a page, JSON or Markdown. */
import { compareText } from "../../core/compare-text.ts";
import { visibleSql } from "../../core/sqlite/definition.ts";
import { forbidden, type HttpError, notFound } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer, textAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { findOpenTable } from "../pages/open-table.ts";
import type { SchemaPage } from "../pages/other-page-types.ts";
import { schemaDiagram } from "../pages/schema-diagram.ts";
import { schemaHtml } from "../views/html/other-pages.ts";
import type { RouteParams } from "./route.ts";

const OF_TABLE_OR_VIEW = "name = :table and type in ('table', 'view')";

export async function instanceSchemaRoute(context: PageContext): Promise<Answer> {
  const names = context.site.databases
    .map(({ name }) => name)
    .filter((name) => context.visitor.mayViewDatabase(name))
    .sort(compareText);
  const schemas: { database: string; schema: string }[] = [];
  for (const database of names) {
    schemas.push({ database, schema: await databaseSchema(context, database) });
  }
  const { format } = context.request;
  if (format === "json") return jsonAnswer({ ok: true, schemas });
  if (format === "md") {
    const parts = schemas.map(({ database, schema }) => markdown(database, schema));
    return textAnswer(parts.join("\n\n"));
  }
  return page(context, { database: null, table: null, schemas });
}

export async function databaseSchemaRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  if (!context.visitor.mayViewDatabase(database)) throw forbidden("view-database");
  const { format } = context.request;
  if (!context.site.databases.some(({ name }) => name === database)) {
    return missing(context, "Database not found");
  }
  const schema = await databaseSchema(context, database);
  if (format === "json") return jsonAnswer({ ok: true, database, schema });
  if (format === "md") return textAnswer(`${markdown(database, schema)}\n`);
  const diagram = schemaDiagram(context, await openDatabase(context, database));
  return page(context, { database, table: null, schemas: [{ database, schema }], diagram });
}

export async function tableSchemaRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Answer> {
  if (!context.visitor.mayViewTable(database, table)) throw forbidden("view-table");
  const { format } = context.request;
  if (!context.site.databases.some(({ name }) => name === database)) {
    return missing(context, "Database not found");
  }
  const open = findOpenTable(context, await openDatabase(context, database), table);
  const [schema] = open === null ? [] : visibleSql(open.connection, OF_TABLE_OR_VIEW, { table });
  if (schema === undefined) return missing(context, "Table not found");
  if (format === "json") return jsonAnswer({ ok: true, database, table, schema });
  if (format === "md") return textAnswer(`${markdown(`${database}.${table}`, schema)}\n`);
  return page(context, { database, table, schemas: [{ database, schema }] });
}

async function databaseSchema(context: PageContext, name: string): Promise<string> {
  const { connection } = await openDatabase(context, name);
  return visibleSql(connection).join(";\n");
}

function markdown(subject: string, schema: string): string {
  return `# Schema for ${subject}\n\n\`\`\`sql\n${schema}\n\`\`\``;
}

/** Markdown and pages get their refusal as plain text. */
function missing({ request }: PageContext, message: string): Answer {
  const error: HttpError = notFound(message);
  if (request.format === "json") throw error;
  return textAnswer(message, 404);
}

function page(context: PageContext, schemas: SchemaPage): Answer {
  const { database, table } = schemas;
  const place = {
    ...(database === null ? {} : { database }),
    ...(table === null ? {} : { table }),
  };
  const layout = layoutOf(context, place, { hasJson: false });
  return htmlAnswer(schemaHtml(schemas, layout), 200, pageHeaders(layout));
}
