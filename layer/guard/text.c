/*
** instr, replace and trim. SQLite's own compare at every position, without looking for interrupts:
** on two long values they take hours. These give the same answers, in time that grows with the
** length of the values, or else stop when the statement is interrupted.
*/
#include <string.h>

#include "guard.h"

SQLITE_EXTENSION_INIT3

typedef struct Text {
  const char *bytes;
  int length;
} Text;

/* Null for NULL, and when there is no memory. */
static Text text_of(sqlite3_value *value) {
  Text text = {(const char *)sqlite3_value_text(value), 0};
  text.length = text.bytes ? sqlite3_value_bytes(value) : 0;
  return text;
}

/* A byte inside a UTF-8 character, not its first. */
static int continues(char byte) {
  return ((unsigned char)byte & 0xc0) == 0x80;
}

static const char *find(Text text, Text wanted) {
  return memmem(text.bytes, (size_t)text.length, wanted.bytes, (size_t)wanted.length);
}

/* ---------------------------------------------------------------- instr */

/* Position of `wanted` in characters, from 1; 0 when it is not there. */
static int character_position(Text text, Text wanted) {
  const char *found = find(text, wanted);
  /* What begins inside a character is found only where the text begins inside one. */
  if (continues(wanted.bytes[0]) && found != text.bytes) return 0;
  if (!found) return 0;
  int position = 1;
  for (const char *byte = text.bytes + 1; byte <= found; byte++) position += !continues(*byte);
  return position;
}

static void instr_function(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL)
    return;
  if (sqlite3_value_bytes(values[1]) == 0) {
    sqlite3_result_int(context, 1);
    return;
  }
  if (sqlite3_value_type(values[0]) == SQLITE_BLOB && sqlite3_value_type(values[1]) == SQLITE_BLOB) {
    Text bytes = {sqlite3_value_blob(values[0]), sqlite3_value_bytes(values[0])};
    Text wanted = {sqlite3_value_blob(values[1]), sqlite3_value_bytes(values[1])};
    const char *found = bytes.length ? find(bytes, wanted) : 0;
    sqlite3_result_int(context, found ? (int)(found - bytes.bytes) + 1 : 0);
    return;
  }
  /* Copies, because reading a blob as text would turn it into one. */
  sqlite3_value *first = sqlite3_value_dup(values[0]), *second = sqlite3_value_dup(values[1]);
  Text text = text_of(first), wanted = text_of(second);
  if (text.bytes && wanted.bytes) {
    sqlite3_result_int(context, text.length ? character_position(text, wanted) : 0);
  } else {
    sqlite3_result_error_nomem(context);
  }
  sqlite3_value_free(first);
  sqlite3_value_free(second);
}

/* ---------------------------------------------------------------- replace */

static void replace_function(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  Text text = text_of(values[0]), wanted = text_of(values[1]);
  if (!text.bytes || !wanted.bytes) return;
  if (wanted.bytes[0] == 0) {
    sqlite3_result_text(context, text.bytes, text.length, SQLITE_TRANSIENT);
    return;
  }
  Text with = text_of(values[2]);
  if (!with.bytes) return;
  sqlite3_str *result = sqlite3_str_new(sqlite3_context_db_handle(context));
  for (const char *found; (found = find(text, wanted));) {
    int before = (int)(found - text.bytes);
    sqlite3_str_append(result, text.bytes, before);
    sqlite3_str_append(result, with.bytes, with.length);
    if (sqlite3_str_errcode(result)) break;
    text.bytes = found + wanted.length;
    text.length -= before + wanted.length;
  }
  sqlite3_str_append(result, text.bytes, text.length);
  int error = sqlite3_str_errcode(result);
  int length = sqlite3_str_length(result);
  char *bytes = sqlite3_str_finish(result);
  if (error == SQLITE_TOOBIG) {
    sqlite3_result_error_toobig(context);
  } else if (error) {
    sqlite3_result_error_nomem(context);
  } else if (!bytes) {
    sqlite3_result_text(context, "", 0, SQLITE_STATIC);
  } else {
    sqlite3_result_text64(context, bytes, (sqlite3_uint64)length, sqlite3_free, SQLITE_UTF8);
    return;
  }
  sqlite3_free(bytes);
}

/* ---------------------------------------------------------------- trim */

enum { LEFT = 1, RIGHT = 2 };

/* Of the character with which a text that ends in 0 begins. A byte that cannot begin one counts. */
static int character_length(const char *bytes) {
  int length = 1;
  if ((unsigned char)bytes[0] >= 0xc0) {
    while (continues(bytes[length])) length++;
  }
  return length;
}

/* Length of the character of `set` with which `text` begins (or ends); 0 when there is none. */
static int matching(Text text, const char *set, int side) {
  for (int length; *set; set += length) {
    length = character_length(set);
    int place = side == LEFT ? 0 : text.length - length;
    if (length <= text.length && memcmp(text.bytes + place, set, (size_t)length) == 0) return length;
  }
  return 0;
}

static void trim_function(sqlite3_context *context, int count, sqlite3_value **values) {
  int sides = (int)(intptr_t)sqlite3_user_data(context);
  sqlite3 *db = sqlite3_context_db_handle(context);
  Text text = text_of(values[0]);
  const char *set = count == 2 ? (const char *)sqlite3_value_text(values[1]) : " ";
  if (!text.bytes || !set) return;
  int length;
  while ((sides & LEFT) && (length = matching(text, set, LEFT)) && !sqlite3_is_interrupted(db)) {
    text.bytes += length;
    text.length -= length;
  }
  while ((sides & RIGHT) && (length = matching(text, set, RIGHT)) && !sqlite3_is_interrupted(db)) {
    text.length -= length;
  }
  sqlite3_result_text(context, text.bytes, text.length, SQLITE_TRANSIENT);
}

int register_text_functions(sqlite3 *db) {
  static const struct {
    const char *name;
    int arguments;
    int sides;
    void (*function)(sqlite3_context *, int, sqlite3_value **);
  } FUNCTIONS[] = {
      {"instr", 2, 0, instr_function},           {"replace", 3, 0, replace_function},
      {"trim", 1, LEFT | RIGHT, trim_function},  {"trim", 2, LEFT | RIGHT, trim_function},
      {"ltrim", 1, LEFT, trim_function},         {"ltrim", 2, LEFT, trim_function},
      {"rtrim", 1, RIGHT, trim_function},        {"rtrim", 2, RIGHT, trim_function},
  };
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    rc = sqlite3_create_function_v2(db, FUNCTIONS[i].name, FUNCTIONS[i].arguments,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    (void *)(intptr_t)FUNCTIONS[i].sides, FUNCTIONS[i].function, 0,
                                    0, 0);
  }
  return rc;
}
