/*
** Privacy: tables that visitors may not see must not be read by their SQL, whatever it looks like.
**
** The runtime says which tables there are and which of them are visible (runtime/core/sqlite/
** privacy.ts decides that), and for each statement who wrote it. SQLite then asks the authorizer
** about every table and column that a statement reads, together with the innermost view it is read
** in. That a visible view reads a private table is meant so: the guard learns such pairs beforehand
** from the views themselves. A common table expression looks the same as a view; so the runtime also
** says when the text of a statement names something private (`reach`), and less is allowed then.
*/
#include <string.h>

#include "guard.h"

SQLITE_EXTENSION_INIT3

/* What is known of a name, or of a view and a table that it reads. */
enum fact {
  VISIBLE = 'v', /* schema, table */
  PRIVATE = 'p', /* schema, table; schema "" is any */
  UNTOLD = 'u',  /* schema, name: what it refers to is private; schema "" is any */
  WITHIN = 'w',  /* view, schema, table: the view reads the table */
  COUNTED = 'c', /* schema, table: some visible view reads it */
};

struct Known {
  unsigned hash;
  char *text; /* fact and names, each ended by 0, folded to lower case */
  int length;
};

enum { LONGEST = 4096 };

static int fold(char *text, int at, const char *name) {
  if (!name) name = "";
  for (; *name; name++) {
    if (at >= LONGEST - 1) return LONGEST;
    char byte = *name;
    text[at++] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
  }
  if (at >= LONGEST - 1) return LONGEST;
  text[at++] = 0;
  return at;
}

/* Returns the length of the key; LONGEST for names that are too long to be known. */
static int key_of(char *text, enum fact fact, const char *first, const char *second,
                  const char *third) {
  text[0] = (char)fact;
  int length = fold(text, 1, first);
  if (length < LONGEST) length = fold(text, length, second);
  if (length < LONGEST) length = fold(text, length, third);
  return length;
}

static unsigned hash_of(const char *text, int length) {
  unsigned hash = 2166136261u;
  for (int i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return hash;
}

/* The place of a key in the table, or the free place where it belongs. */
static Known *place_of(const Names *names, unsigned hash, const char *text, int length) {
  for (unsigned at = hash;; at++) {
    Known *known = &names->places[at & (names->size - 1)];
    if (!known->text) return known;
    if (known->hash == hash && known->length == length && !memcmp(known->text, text, (size_t)length))
      return known;
  }
}

static int is_known(const Guard *guard, enum fact fact, const char *first, const char *second,
                    const char *third) {
  char text[LONGEST];
  if (guard->names.count == 0) return 0;
  int length = key_of(text, fact, first, second, third);
  if (length == LONGEST) return 0;
  return place_of(&guard->names, hash_of(text, length), text, length)->text != 0;
}

static int grow(Names *names) {
  Names larger = {0, names->size ? names->size * 2 : 64, names->count};
  larger.places = sqlite3_malloc64(larger.size * sizeof *larger.places);
  if (!larger.places) return SQLITE_NOMEM;
  memset(larger.places, 0, larger.size * sizeof *larger.places);
  for (unsigned i = 0; i < names->size; i++) {
    const Known *known = &names->places[i];
    if (known->text) *place_of(&larger, known->hash, known->text, known->length) = *known;
  }
  sqlite3_free(names->places);
  *names = larger;
  return SQLITE_OK;
}

/* A name that is too long is not kept, so that it is not visible. */
static int learn(Guard *guard, enum fact fact, const char *first, const char *second,
                 const char *third) {
  Names *names = &guard->names;
  char text[LONGEST];
  int length = key_of(text, fact, first, second, third);
  if (length == LONGEST) return SQLITE_OK;
  if (names->count * 2 >= names->size && grow(names) != SQLITE_OK) return SQLITE_NOMEM;
  unsigned hash = hash_of(text, length);
  Known *place = place_of(names, hash, text, length);
  if (place->text) return SQLITE_OK;
  char *copy = sqlite3_malloc(length);
  if (!copy) return SQLITE_NOMEM;
  memcpy(copy, text, (size_t)length);
  *place = (Known){hash, copy, length};
  names->count++;
  return SQLITE_OK;
}

void privacy_forget(Guard *guard) {
  Names *names = &guard->names;
  for (unsigned i = 0; i < names->size; i++) sqlite3_free(names->places[i].text);
  sqlite3_free(names->places);
  memset(names, 0, sizeof *names);
}

int privacy_learn_table(Guard *guard, const char *schema, const char *table, int is_visible) {
  if (is_visible) return learn(guard, VISIBLE, schema, table, 0);
  int rc = learn(guard, PRIVATE, schema, table, 0);
  return rc == SQLITE_OK ? learn(guard, PRIVATE, 0, table, 0) : rc;
}

int privacy_learn_untold(Guard *guard, const char *schema, const char *name) {
  int rc = learn(guard, UNTOLD, schema, name, 0);
  return rc == SQLITE_OK ? learn(guard, UNTOLD, 0, name, 0) : rc;
}

/* While a visible view is prepared on its own: what it reads, it may read. */
static int learn_read(Guard *guard, const char *table, const char *schema, const char *within) {
  int rc = SQLITE_OK;
  if (within) rc = learn(guard, WITHIN, within, schema, table);
  if (rc == SQLITE_OK) rc = learn(guard, COUNTED, schema, table, 0);
  if (rc == SQLITE_OK) rc = learn(guard, COUNTED, 0, table, 0);
  return rc == SQLITE_OK ? SQLITE_OK : SQLITE_DENY;
}

/* A statement that uses no value of a table reads the column "", of a table whose schema SQLite does
** not always tell, or of a common table expression. */
static int may_count(const Guard *guard, const char *table, const char *schema) {
  int is_private =
      is_known(guard, PRIVATE, schema, table, 0) || sqlite3_strnicmp(table, "sqlite_", 7) == 0;
  if (!is_private) return 1;
  return guard->reach == REACH_VIEWS && is_known(guard, COUNTED, schema, table, 0);
}

static int may_read(const Guard *guard, const char *table, const char *column, const char *schema,
                    const char *within) {
  if (column[0] == 0) return may_count(guard, table, schema);
  if (is_known(guard, VISIBLE, schema, table, 0)) return 1;
  if (sqlite3_strnicmp(table, "pragma_", 7) == 0) return 1; /* asks as a PRAGMA when it runs */
  if (guard->reach == REACH_NAMED || !within) return 0;
  return is_known(guard, WITHIN, within, schema, table);
}

/* PRAGMAs about a table or index; table_list without an argument lists all of them. */
static int may_ask(const Guard *guard, const char *pragma, const char *name, const char *schema) {
  if (!name) return sqlite3_stricmp(pragma, "table_list") != 0;
  if (is_known(guard, PRIVATE, schema, name, 0)) return 0;
  return sqlite3_stricmp(pragma, "foreign_key_list") != 0 ||
         !is_known(guard, UNTOLD, schema, name, 0);
}

int privacy_authorize(Guard *guard, int action, const char *first, const char *second,
                      const char *schema, const char *within) {
  if (guard->reach == REACH_ALL) return SQLITE_OK;
  if (guard->reach == REACH_LEARN) {
    return action == SQLITE_READ ? learn_read(guard, first, schema, within) : SQLITE_OK;
  }
  if (action == SQLITE_PRAGMA) return may_ask(guard, first, second, schema) ? SQLITE_OK : SQLITE_DENY;
  /* What a virtual table prepares for itself while a statement runs was not written by a visitor. */
  if (action != SQLITE_READ || guard->reach == REACH_RUN) return SQLITE_OK;
  return may_read(guard, first, second ? second : "", schema, within) ? SQLITE_OK : SQLITE_DENY;
}
