import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { samplePages } from "./sample-pages.ts";

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  "</textarea><script>alert(1)</script>",
  "</title><script>alert(1)</script>",
  "</pre></code><b>",
  "--><!--",
  "]]>",
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  "`onmouseover=alert(1)`",
  "&lt;script&gt;",
  "&#x3c;script&#x3e;",
  "${alert(1)}",
  "{{7*7}}",
  "\u0000<b>",
  "\u2028<b>",
  '{"a": "</pre><script>alert(1)</script>"}',
];

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map((parts) => parts.join("")),
  fc.string({ unit: fc.constantFrom(..."<>\"'&/=` ;:(){}-!a0\n"), minLength: 1, maxLength: 12 }),
);

/** A whole tag as these pages write them: attributes in double quotes, or without a value. */
const TAG = /<(!DOCTYPE|\/?[a-z0-9]+)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*>/g;

interface Tag {
  name: string;
  attributes: Map<string, string>;
}

function tagsOf(markup: string): Tag[] {
  return [...markup.matchAll(TAG)].map(([, name, attributes]) => ({
    name: name!,
    attributes: new Map(
      [...attributes!.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [
        key!,
        value ?? "",
      ]),
    ),
  }));
}

describe("hostile names and values", () => {
  test("never become markup on any page", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 30 }), (texts) => {
        let at = 0;
        const pages = samplePages(() => texts[at++ % texts.length]!);
        for (const [name, markup] of Object.entries(pages)) {
          // Outside the tags that the templates write there is no angle bracket left.
          expect(markup.replace(TAG, ""), name).not.toMatch(/[<>]/);
          for (const tag of tagsOf(markup)) {
            for (const attribute of tag.attributes.keys()) {
              expect(attribute, `${name}: <${tag.name}>`).not.toMatch(/^on|^style$|^srcdoc$/i);
            }
            if (tag.name === "script") expect(tag.attributes.has("src")).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test("never become the address of a script", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const [name, markup] of Object.entries(samplePages(() => text))) {
          for (const { name: tag, attributes } of tagsOf(markup)) {
            if (tag === "script" || tag === "link") continue;
            const address =
              attributes.get("href") ?? attributes.get("action") ?? attributes.get("src");
            expect(address ?? "/", `${name}: <${tag}>`).toMatch(/^(https?:|mailto:|[/?#.])/i);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("every page", () => {
  const pages = samplePages(() => "name");

  test.each(Object.entries(pages))("%s closes every element it opens", (_, markup) => {
    const open: string[] = [];
    for (const { name } of tagsOf(markup)) {
      if (/^(!DOCTYPE|meta|link|input|img|br|hr)$/.test(name)) continue;
      if (name.startsWith("/")) expect(open.pop()).toBe(name.slice(1));
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test.each(Object.entries(pages))("%s has each id once", (_, markup) => {
    const ids = tagsOf(markup).flatMap((tag) => tag.attributes.get("id") ?? []);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test.each(Object.entries(pages))("%s stays in Latin-1 where the data does", (_, markup) => {
    expect(markup).toMatch(/^[\x20-\xff\n]*$/);
  });
});
