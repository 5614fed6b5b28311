import { describe, expect, test } from "vitest";
import type { ReadScope } from "../../../runtime/core/access/read-scopes.ts";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { ScopedVisitor } from "../../../runtime/site/scoped-visitor.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";

const CONFIG = buildSiteConfig({
  config: {
    permissions: { "view-loads": true },
    databases: {
      shop: {
        tables: { people: { allow: { id: "token:crm" } }, Orders: { allow: { id: ["ann"] } } },
        queries: { best: "select 1", Best: "select 2" },
        dashboards: { sales: { parts: [{ kind: "text", text: "x" }] } },
      },
      lake: {},
      deep: { allow: { groups: ["staff"] } },
    },
  },
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: true, defaultDeny: false },
});

function token(name: string, ...scopes: [database: string, table?: string][]) {
  const named = scopes.map(([database, table = null]): ReadScope => ({ database, table }));
  return new ScopedVisitor(CONFIG, { id: `token:${name}` }, named);
}

describe("an actor", () => {
  test("sees what rules say of its id, its groups, or nobody in particular", () => {
    const ann = new Visitor(CONFIG, { id: "ann", groups: ["staff"] });
    expect(ann.mayViewTable("shop", "orders")).toBe(true);
    expect(ann.mayViewTable("shop", "people")).toBe(false);
    expect(ann.mayViewDatabase("deep")).toBe(true);
    const nobody = new Visitor(CONFIG);
    expect(nobody.mayViewTable("shop", "orders")).toBe(false);
    expect(nobody.mayViewDatabase("deep")).toBe(false);
    expect(nobody.mayViewTable("shop", "lines")).toBe(true);
  });

  test("looks at earlier versions only of what has nothing that it is denied", () => {
    expect(new Visitor(CONFIG, { id: "x", groups: ["staff"] }).mayTravel("deep")).toBe(true);
    expect(new Visitor(CONFIG, { id: "ann" }).mayTravel("shop")).toBe(false);
    expect(new Visitor(CONFIG).mayTravel("lake")).toBe(true);
  });
});

describe("a token with scopes", () => {
  test("of one table sees this table, in whatever letter case, and nothing beside it", () => {
    const reader = token("crm", ["shop", "LINES"]);
    expect(reader.mayViewTable("shop", "lines")).toBe(true);
    expect(reader.mayViewTable("shop", "people")).toBe(false);
    expect(reader.mayViewTable("Shop", "lines")).toBe(false);
    expect(reader.mayViewTable("lake", "lines")).toBe(false);
    expect(reader.mayViewDatabase("shop")).toBe(true);
    expect(reader.mayViewDatabase("lake")).toBe(false);
    expect(reader.mayViewDatabase("_memory")).toBe(false);
    expect(reader.mayViewQuery("shop", "best")).toBe(false);
    expect(reader.mayViewDashboard("shop", "sales")).toBe(false);
    expect(reader.mayDownload("shop")).toBe(false);
    expect(reader.mayTravel("shop")).toBe(false);
    expect(reader.mayViewLoads()).toBe(false);
    expect(reader.mayViewFiles()).toBe(false);
    const rules = reader.tableRules("shop")!;
    expect(rules.mayView("main", "Lines")).toBe(true);
    expect(rules.mayView("main", "people")).toBe(false);
  });

  test("of a database sees all of it that its own rules let it see", () => {
    const reader = token("crm", ["shop"]);
    expect(reader.mayViewTable("shop", "people")).toBe(true);
    expect(reader.mayViewTable("shop", "orders")).toBe(false);
    expect(reader.mayViewQuery("shop", "best")).toBe(true);
    expect(reader.mayViewDashboard("shop", "sales")).toBe(true);
    expect(token("other", ["shop"]).mayViewTable("shop", "people")).toBe(false);
    expect(token("other", ["deep"]).mayViewDatabase("deep")).toBe(false);
    expect(token("other", ["lake"]).mayDownload("lake")).toBe(true);
    expect(token("other", ["lake"]).mayTravel("lake")).toBe(true);
  });

  test("of several sees each of them", () => {
    const reader = token("crm", ["shop", "lines"], ["lake"]);
    expect(reader.mayViewTable("shop", "lines")).toBe(true);
    expect(reader.mayViewTable("lake", "x")).toBe(true);
    expect(reader.mayViewTable("shop", "x")).toBe(false);
  });

  test("of nothing sees nothing", () => {
    const reader = token("crm");
    expect(reader.mayViewDatabase("shop")).toBe(false);
    expect(reader.mayViewTable("shop", "lines")).toBe(false);
    expect(reader.mayExecuteSql("shop")).toBe(false);
  });
});
