import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { dslServe } from "./dsl.ts";

test("--collect takes events into a database of this machine, which are there with the answer", async () => {
  const site = await dslServe("--collect", join(temporaryDirectory(), "events.db"));
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, site.url), { method: "POST", body, headers });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const rows = async (path: string) =>
    (await (await site.get(`${path}.json?_shape=array`)).json()) as object[];

  expect(await post("/collect", '{"hello":"world"}')).toEqual({
    status: 202,
    ok: true,
    accepted: 1,
  });
  expect(await rows("/events/events")).toMatchObject([{ hello: "world" }]);
  await post("/collect/orders", '{"n":1,"items":[{"a":1}]}\n{"n":"two"}');
  expect(await rows("/events/orders")).toMatchObject([{ n: 1 }, { n__v_text: "two" }]);
  expect(await rows("/events/orders__items")).toMatchObject([{ a: 1, _dlt_list_idx: 0 }]);

  expect(await post("/collect/orders", '{"n":3}\n{"n":')).toMatchObject({ status: 400, line: 2 });
  const create = '{"table":"users","row":{"id":1},"pk":"id"}';
  expect(await post("/events/-/create", create)).toMatchObject({ status: 202 });
  const again = '{"rows":[{"id":2},{"id":1}]}';
  expect(await post("/events/users/-/insert", again)).toMatchObject({
    status: 400,
    error: "UNIQUE constraint failed: users.id",
  });
  expect(await rows("/events/users")).toHaveLength(1);

  // A page on the web that is looked at here.
  const foreign = { origin: "https://evil.example" };
  expect(await post("/collect", '{"evil":1}', foreign)).toMatchObject({ status: 403 });
  const own = { origin: new URL(site.url).origin };
  expect(await post("/collect", '{"own":1}', own)).toMatchObject({ status: 202 });
  expect(await rows("/events/events")).toHaveLength(2);
});
