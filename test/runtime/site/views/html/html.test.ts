import { setFlagsFromString } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "../../../../../runtime/site/views/fast-text/escape.ts";
import { onePiece } from "../../../../../runtime/site/views/fast-text/one-piece.ts";
import { html, join, trusted } from "../../../../../runtime/site/views/html/html.ts";

const NAMED: Record<string, string> = { quot: '"', amp: "&", lt: "<", gt: ">" };

function decoded(escaped: string): string {
  return escaped.replace(/&(?:#(\d+)|(\w+));/g, (_all, code: string, name: string) =>
    code === undefined ? NAMED[name]! : String.fromCodePoint(Number(code)),
  );
}

describe("the html template tag", () => {
  test("escapes strings in content and in attributes", () => {
    const hostile = `"><script>alert('x')</script>&`;
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">' +
        "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>",
    );
  });

  test("leaves markup made by itself as it is", () => {
    expect(html`<ul>${["<a>", "b"].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe(
      "<ul><li>&lt;a&gt;</li><li>b</li></ul>",
    );
  });

  test("prints nothing for null, undefined and booleans, but zero", () => {
    expect(html`${null}${undefined}${false}${true}${0}${0n}`.text).toBe("00");
  });

  test("keeps markup that was declared trusted", () => {
    expect(html`${trusted("<em>yes</em>")}`.text).toBe("<em>yes</em>");
  });

  test("joins items with a separator", () => {
    expect(join(["a", html`<b></b>`, "<c>"], ", ").text).toBe("a, <b></b>, &lt;c&gt;");
  });

  test("never lets a special character through, and loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(decoded(escaped)).toBe(text);
      }),
    );
  });

  test("spells a few characters beyond Latin-1 as entities, and leaves other scripts as they are", () => {
    expect(escapeHtml("In Zoë’s café – for 5 € & no more 😀")).toBe(
      "In Zoë&#8217;s café &#8211; for 5 &#8364; &amp; no more &#128512;",
    );
    expect(escapeHtml("≥")).toBe("&#8805;");
    expect(escapeHtml("東京 & 京都")).toBe("東京 &amp; 京都");
    expect(escapeHtml("😀😀<😀😀")).toBe("😀😀&lt;😀😀");
  });
});

describe("text in one piece", () => {
  setFlagsFromString("--allow-natives-syntax");
  const isFlat = new Function("text", "return %StringIsFlat(text)") as (text: string) => boolean;
  const sum = () => ["a long beginning", "a middle", "an end"].reduce((a, b) => `${a}, ${b}`);

  test("is not a sum any more", () => {
    expect(isFlat(sum())).toBe(false);
    expect(isFlat(onePiece(sum()))).toBe(true);
  });

  test.each(["", "a", "ab", sum()])("is the same text: %o", (text) => {
    expect(onePiece(text)).toBe(text);
  });
});
