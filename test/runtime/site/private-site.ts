/** A site of which some tables and views are private, with all that goes with them. */
import { type TemporarySite, temporarySite } from "./temporary-site.ts";

/** In every value of the private table, and in nothing else. */
export const CANARY = "canary";

const SQL = `
  create table secret (id integer primary key, word text);
  insert into secret values (1, 'canary one'), (2, 'canary two');
  create index secret_word on secret(word);
  create table open (id integer primary key, secret_id integer references Secret(id), name text);
  insert into open values (1, 1, 'first'), (2, 2, 'second');
  create index open_name on open(name);
  create view published as select id, length(word) as length, substr(word, 8) as rest from secret;
  create view counted as select count(*) as n from secret;
  create view nested as select rest from published;
  create view inner_count as select * from (select count(*) as n from secret);
  create view hidden_view as select rest from published;
  create view over_hidden as select rest from hidden_view;
  create virtual table secret_fts using fts5(word, content="secret", content_rowid="id");
  insert into secret_fts(secret_fts) values ('rebuild');
  create virtual table words using fts5vocab('secret_fts', 'row');
  create virtual table notes using fts5(text);
  insert into notes values ('canary note');
  create virtual table notes_words using fts5vocab(notes, instance);
  create view note_lengths as select length(text) as length from notes;
  create virtual table open_fts using fts5(name, content='open');
  insert into open_fts(open_fts) values ('rebuild');
  create trigger on_secret after insert on secret begin insert into open(name) values ('x'); end;
  create trigger on_open after insert on open begin delete from secret; end;
  analyze;
`;

const TABLES = {
  SECRET: { allow: false },
  notes: { allow: false },
  hidden_view: { allow: { id: "root" } },
};

export interface PrivateSiteOptions {
  guard?: boolean;
  version?: number;
  /** More of the configuration of the database. */
  more?: object;
}

export function privateSite(options: PrivateSiteOptions = {}): TemporarySite {
  const { more = {}, ...rest } = options;
  const databases = { data: { tables: TABLES, ...more } };
  return temporarySite(SQL, { ...rest, config: { config: { databases } } });
}

/** Both kinds of sites: name, version. */
export const KINDS: [string, number | undefined][] = [
  ["a published version", 1],
  ["a file that may change", undefined],
];
