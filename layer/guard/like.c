/*
** LIKE and GLOB that stop when the statement is interrupted. SQLite's own take time in proportion to
** pattern times text without looking: half a minute over one long value. The answers are the same.
*/
#include <string.h>

#include "guard.h"

SQLITE_EXTENSION_INIT3

typedef struct Matcher {
  sqlite3 *db;
  int is_glob;
  unsigned escape; /* 0 for none */
  unsigned steps;  /* counts down to the next look for an interrupt */
  int interrupted;
} Matcher;

enum { STEPS_BETWEEN_LOOKS = 1 << 16 };

/* As SQLite reads UTF-8: what is malformed becomes U+FFFD or a byte of its own. */
static unsigned next(const unsigned char **text) {
  unsigned c = *(*text)++;
  if (c < 0xc0) return c;
  c = c < 0xe0 ? c & 0x1f : c < 0xf0 ? c & 0x0f : c < 0xf8 ? c & 7 : c < 0xfc ? c & 3 : c == 0xfd;
  while ((**text & 0xc0) == 0x80) c = (c << 6) + (*(*text)++ & 0x3f);
  return c < 0x80 || (c & 0xfffff800) == 0xd800 || (c & 0xfffffffe) == 0xfffe ? 0xfffd : c;
}

static unsigned lower(unsigned c) {
  return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Whether `c` is in the class at *pattern, behind its `[`; moves *pattern behind the class. -1 for a
** class that does not end. */
static int in_class(Matcher *matcher, const unsigned char **pattern, unsigned c) {
  unsigned previous = 0, member = next(pattern);
  int found = 0, inverted = 0;
  if (member == '^') {
    inverted = 1;
    member = next(pattern);
  }
  if (member == ']') {
    found = c == ']';
    member = next(pattern);
  }
  while (member && member != ']') {
    if (matcher->steps > 0) matcher->steps--;
    if (member == '-' && **pattern != ']' && **pattern != 0 && previous > 0) {
      member = next(pattern);
      if (c >= previous && c <= member) found = 1;
      previous = 0;
    } else {
      if (c == member) found = 1;
      previous = member;
    }
    member = next(pattern);
  }
  return member ? found ^ inverted : -1;
}

/* One step: whether the next of *pattern, which is not "any text", matches the next of *text. Moves
** both on. */
static int step(Matcher *matcher, const unsigned char **pattern, const unsigned char **text) {
  unsigned wanted = next(pattern);
  if (matcher->is_glob && wanted == '[') {
    unsigned c = next(text);
    return c != 0 && in_class(matcher, pattern, c) == 1;
  }
  if (wanted == 0 || **text == 0) return 0;
  if (wanted == matcher->escape) {
    wanted = next(pattern);
    if (wanted == 0) return 0;
  } else if (wanted == (matcher->is_glob ? '?' : '_')) {
    next(text);
    return 1;
  }
  unsigned c = next(text);
  return wanted == c || (!matcher->is_glob && lower(wanted) == lower(c));
}

/* Whether the pattern begins with "any text" that is not escaped. */
static int is_any(const Matcher *matcher, const unsigned char *pattern) {
  unsigned any = matcher->is_glob ? '*' : '%';
  return *pattern == any && matcher->escape != any;
}

/* The next place in the text where a pattern behind "any text" can begin to match. */
static const unsigned char *candidate(const Matcher *matcher, const unsigned char *pattern,
                                      const unsigned char *text) {
  const char *special = matcher->is_glob ? "*?[" : "%_";
  unsigned c = *pattern;
  if (c == 0 || c >= 0x80 || c == matcher->escape || strchr(special, (int)c)) return text;
  int is_letter = !matcher->is_glob && lower(c) >= 'a' && lower(c) <= 'z';
  char stops[] = {(char)c, (char)(is_letter ? c ^ 0x20 : 0), 0};
  return text + strcspn((const char *)text, stops);
}

/* After "any text" only its last place of resuming counts: time is at most pattern times text. */
static int matches(Matcher *matcher, const unsigned char *pattern, const unsigned char *text) {
  const unsigned char *after_any = 0, *resume = 0;
  for (;;) {
    if (matcher->steps-- == 0) {
      matcher->steps = STEPS_BETWEEN_LOOKS;
      matcher->interrupted = sqlite3_is_interrupted(matcher->db);
      if (matcher->interrupted) return 0;
    }
    if (is_any(matcher, pattern)) {
      after_any = ++pattern;
      if (*pattern == 0) return 1;
      resume = text = candidate(matcher, pattern, text);
    } else if (*pattern == 0 && *text == 0) {
      return 1;
    } else if (!step(matcher, &pattern, &text)) {
      if (!after_any || *resume == 0) return 0;
      next(&resume);
      pattern = after_any;
      resume = text = candidate(matcher, pattern, resume);
    }
  }
}

static void match_function(sqlite3_context *context, int count, sqlite3_value **values) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  if (sqlite3_value_type(values[0]) == SQLITE_BLOB || sqlite3_value_type(values[1]) == SQLITE_BLOB) {
    sqlite3_result_int(context, 0); /* SQLITE_LIKE_DOESNT_MATCH_BLOBS */
    return;
  }
  if (sqlite3_value_bytes(values[0]) > sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1)) {
    sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
    return;
  }
  Matcher matcher = {db, sqlite3_user_data(context) != 0, 0, STEPS_BETWEEN_LOOKS, 0};
  if (count == 3) {
    const unsigned char *escape = sqlite3_value_text(values[2]);
    if (!escape) return;
    matcher.escape = next(&escape);
    if (matcher.escape == 0 || *escape != 0) {
      sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
      return;
    }
  }
  const unsigned char *text = sqlite3_value_text(values[1]), *pattern = sqlite3_value_text(values[0]);
  if (!text || !pattern) return;
  int found = matches(&matcher, pattern, text);
  if (matcher.interrupted) sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  else sqlite3_result_int(context, found);
}

int register_match_functions(sqlite3 *db) {
  static const struct {
    const char *name;
    int arguments;
    int is_glob;
  } FUNCTIONS[] = {{"like", 2, 0}, {"like", 3, 0}, {"glob", 2, 1}};
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    rc = sqlite3_create_function_v2(db, FUNCTIONS[i].name, FUNCTIONS[i].arguments,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    (void *)(intptr_t)FUNCTIONS[i].is_glob, match_function, 0, 0, 0);
  }
  return rc;
}
