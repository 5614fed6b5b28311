import { expect, test } from "vitest";
import type { Identity } from "../../../../runtime/core/access/actor.ts";
import { buildSiteConfig } from "../../../../runtime/core/config/site-config.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import { Audiences } from "../../../../runtime/site/sources/audiences.ts";
import type { PublishedSite } from "../../../../runtime/site/sources/published-site.ts";

const PEOPLE = Array.from({ length: 12 }, (_, at) => `person-${at}`);

/** Rules for a group, and one for each of twelve people. */
function audiences() {
  const tables = Object.fromEntries(PEOPLE.map((id) => [id, { allow: { id } }]));
  const config = buildSiteConfig({
    config: { databases: { d: { allow: { groups: "staff", unauthenticated: true }, tables } } },
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  });
  const inFlight = new InFlight();
  const [opened, closed]: string[][] = [[], []];
  const open = ({ key }: { key: string }) => {
    opened!.push(key);
    return { close: () => closed!.push(key) } as unknown as PublishedSite;
  };
  return { of: new Audiences(config, open, inFlight), inFlight, opened, closed };
}

const person = (id: string, groups: string[] = []): Identity => ({ actor: { id, groups } });

test("readers whom the rules treat alike share a site, others do not", () => {
  const { of, opened } = audiences();
  // What nobody in particular may see is open already.
  expect(of.of(person("ann", ["staff"]))).toBeNull();
  const others = of.of(person("bob"));
  expect(others).not.toBeNull();
  expect(of.of(person("cy", ["more"]))).toBe(others);
  expect(of.of(person(PEOPLE[0]!))).not.toBe(of.of(person(PEOPLE[1]!)));
  expect(of.of(person(PEOPLE[0]!))).not.toBe(of.of(person(PEOPLE[0]!, ["staff"])));
  expect(new Set(opened).size).toBe(opened!.length);
});

test("tokens with the same scopes share a site, with others they do not", () => {
  const { of } = audiences();
  const token = (table: string | null): Identity => ({
    actor: { id: "token:x" },
    scopes: [{ database: "d", table }],
  });
  expect(of.of(token("t"))).toBe(of.of(token("t")));
  expect(of.of(token("t"))).not.toBe(of.of(token(null)));
  expect(of.of(token(null))).not.toBe(of.of({ actor: { id: "token:x" } }));
});

test("the one that was used longest ago is closed, when no request can be using it any more", () => {
  const { of, inFlight, closed } = audiences();
  const end = inFlight.begin();
  for (const id of PEOPLE.slice(0, 8)) of.of(person(id));
  const first = of.of(person(PEOPLE[0]!));
  of.of(person(PEOPLE[8]!));
  of.of(person(PEOPLE[9]!));
  expect(closed).toEqual([]);
  end();
  expect(closed).toHaveLength(2);
  expect(of.of(person(PEOPLE[0]!))).toBe(first);
  of.close();
  expect(closed).toHaveLength(10);
});
