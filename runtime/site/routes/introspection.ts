/** Pages about the site itself: https://docs.datasette.io/en/latest/introspection.html */
import { scopeText } from "../../core/access/read-scopes.ts";
import { DEFAULT_SETTINGS, OWN_SETTINGS, type Settings } from "../../core/config/settings.ts";
import { SOFTWARE } from "../../core/software.ts";
import { sqliteVersions } from "../../core/sqlite/sqlite-versions.ts";
import { forbidden } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { versionsPage } from "../pages/instance/versions-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { visibleConfig } from "../pages/visible-config.ts";
import { MEMORY_NAME } from "../site.ts";
import { jsonHtml } from "../views/html/other-pages.ts";
import { versionsHtml } from "../views/html/versions-page.ts";
import { versionsJson } from "../views/json/versions-json.ts";

type PageAnswer = (context: PageContext) => Promise<Answer>;

/** Versions of the software, which Datasette tells of here, and of the data. */
export async function versionsRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const software = {
    dsl: { version: SOFTWARE },
    node: { version: process.versions.node },
    sqlite: sqliteVersions(),
  };
  const page = await versionsPage(context);
  if (context.request.format === "json") {
    const published = page === null ? {} : { published: versionsJson(page) };
    return jsonAnswer({ ok: true, ...software, ...published });
  }
  const layout = layoutOf(context);
  return htmlAnswer(versionsHtml(page, software, layout), 200, pageHeaders(layout));
}

export const settingsRoute = page("settings", ({ config }) => shownSettings(config.settings));

export const configRoute = page("config", visibleConfig);

/** Datasette's settings; ours where they were changed, so that its clients find what they know. No keys. */
function shownSettings(settings: Settings): Partial<Settings> {
  const isShown = (name: string, value: unknown) =>
    name !== "owner_key_sha256" &&
    (!OWN_SETTINGS.includes(name as keyof Settings) ||
      value !== DEFAULT_SETTINGS[name as keyof Settings]);
  return Object.fromEntries(Object.entries(settings).filter((entry) => isShown(...entry)));
}

/** There are no plugins. */
export const pluginsRoute = page("plugins", () => []);

export const databasesRoute = page("databases", ({ site, visitor }) => ({
  databases: site.databases
    .filter(({ name }) => visitor.mayViewDatabase(name))
    .map(({ name, size, isMutable, sha256 }) => ({
      name,
      route: name,
      size,
      is_mutable: isMutable,
      is_memory: name === MEMORY_NAME,
      hash: sha256,
    })),
}));

/** Who asks; what a token is limited to. */
export const actorRoute = page(
  "actor",
  ({ session }) => ({
    actor: session?.actor ?? null,
    ...(session?.scopes && { scopes: session.scopes.map(scopeText) }),
  }),
  { isPublic: true },
);

/** Pages for administrators, of whom there are none. */
export const adminRoute: PageAnswer = async () => {
  throw forbidden("permissions-debug");
};

function page(
  name: string,
  data: (context: PageContext) => object | Promise<object>,
  { isPublic = false } = {},
): PageAnswer {
  return async (context) => {
    if (!isPublic && !context.visitor.mayViewInstance()) throw forbidden("view-instance");
    const found = await data(context);
    if (context.request.format === "json") {
      return jsonAnswer(Array.isArray(found) ? found : { ok: true, ...found });
    }
    const layout = layoutOf(context);
    const html = jsonHtml({ title: `${name}.json`, data: found }, layout);
    return htmlAnswer(html, 200, pageHeaders(layout));
  };
}
