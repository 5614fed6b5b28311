import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WorkingCopy } from "../../../../runtime/publisher/database/working-copy.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";

test("what was deleted or replaced is not in the file that is published next", () => {
  const copy = new WorkingCopy(join(temporaryDirectory(), "events.db"));
  const content = () => readFileSync(copy.path).toString("latin1");
  copy.change((database) => {
    database.exec("create table t (id integer primary key, x text)");
    database.exec(`with recursive n(i) as (values (1) union all select i + 1 from n where i < 2000)
      insert into t select i, 'secret-' || i || hex(zeroblob(i % 300)) from n`);
    database.exec("insert into t values (5000, 'secret-' || hex(zeroblob(20000)))");
  });
  expect(content()).toContain("secret-");
  copy.change((database) => {
    database.exec("update t set x = 'public' where id % 3 = 0");
    database.exec("insert or replace into t select id, 'open' from t where id % 3 = 1");
    database.exec("delete from t where id % 3 = 2");
  });
  expect(content()).not.toContain("secret-");
});
