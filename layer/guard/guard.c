/*
** guard: keeps a query from hurting the service. A loadable extension of SQLite; each connection
** that visitors can reach gets its own.
**
**   watch.c       a deadline for every run, and a limit to how much the process may grow meanwhile
**   allocation.c  ... and how much SQLite allocates
**   authorizer.c  reading is allowed, everything else is refused
**   privacy.c     which tables may be read
**   text.c, like.c, bounded.c
**                 functions of SQLite that could take hours over one row, made harmless
**   this file     limits, and how the runtime controls it all: through one SQL function, which
**                 answers only to a random token that is handed out once, to the first caller,
**                 before any visitor's SQL runs
**
**   dsl_guard()                       -> token
**   dsl_guard(token, 'lock', bytes)      from here on only reading; bytes: the memory budget of a run
**   dsl_guard(token, 'heap', bytes, preparing)
**                                        what SQLite may allocate in a run, and while it prepares
**   dsl_guard(token, 'arm', ms, bytes)   starts a run; bytes: as of 'length', 0 for LENGTH_LIMIT
**   dsl_guard(token, 'disarm')        -> 0, or why it was stopped: 1 deadline, 2 memory, 3 refused
**   dsl_guard(token, 'mortal', ms)       a run that goes on for so long after its time ends the process
**   dsl_guard(token, 'preparing', yes)   whether SQLite may be refused memory when the run must stop
**   dsl_guard(token, 'reason')        -> what was refused last
**   dsl_guard(token, 'length', bytes)    largest string or blob until disarm
**   dsl_guard(token, 'reach', number)    what statements may read from now on: enum reach
**   dsl_guard(token, 'forget')           all that was said about tables
**   dsl_guard(token, 'visible', schema, table)
**   dsl_guard(token, 'private', schema, table)
**   dsl_guard(token, 'untold', schema, name)   a table or index that tells names of private ones
*/
#include "guard.h"

#include <string.h>

SQLITE_EXTENSION_INIT1

static int lock(Guard *guard, int64_t budget) {
  sqlite3 *db = guard->db;
  int rc = sqlite3_exec(db, "PRAGMA query_only = 1", 0, 0, 0);
  if (rc != SQLITE_OK) return rc;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, 0);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  guard->budget = budget;
  guard->locked = 1;
  return SQLITE_OK;
}

static const char *text_at(int count, sqlite3_value **values, int at) {
  return at < count ? (const char *)sqlite3_value_text(values[at]) : 0;
}

/* The verbs that can fail. SQLITE_NOTFOUND for one that there is not. */
static int change(Guard *guard, const char *verb, int64_t value, const char *schema,
                  const char *name) {
  if (strcmp(verb, "lock") == 0) return lock(guard, value);
  if (strcmp(verb, "visible") == 0) return privacy_learn_table(guard, schema, name, 1);
  if (strcmp(verb, "private") == 0) return privacy_learn_table(guard, schema, name, 0);
  if (strcmp(verb, "untold") == 0) return privacy_learn_untold(guard, schema, name);
  if (strcmp(verb, "forget") != 0) return SQLITE_NOTFOUND;
  privacy_forget(guard);
  return SQLITE_OK;
}

static void control(sqlite3_context *context, int count, sqlite3_value **values) {
  Guard *guard = sqlite3_user_data(context);
  if (count == 0 && !guard->claimed) {
    guard->claimed = 1;
    sqlite3_result_blob(context, guard->token, TOKEN_BYTES, SQLITE_TRANSIENT);
    return;
  }
  if (count < 2 || sqlite3_value_bytes(values[0]) != TOKEN_BYTES ||
      memcmp(sqlite3_value_blob(values[0]), guard->token, TOKEN_BYTES) != 0) {
    sqlite3_result_error(context, "not authorized", -1);
    sqlite3_result_error_code(context, SQLITE_AUTH);
    return;
  }
  const char *verb = (const char *)sqlite3_value_text(values[1]);
  int64_t value = count > 2 ? sqlite3_value_int64(values[2]) : 0;
  if (!verb) verb = "";
  if (strcmp(verb, "arm") == 0) {
    int length = count > 3 ? sqlite3_value_int(values[3]) : 0;
    if (length > 0) sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, length);
    if (!watch_arm(guard, value)) sqlite3_result_error(context, "cannot start the guard's thread", -1);
  } else if (strcmp(verb, "disarm") == 0) {
    sqlite3_result_int(context, watch_disarm(guard));
  } else if (strcmp(verb, "preparing") == 0) {
    watch_preparing(guard, value != 0);
  } else if (strcmp(verb, "heap") == 0) {
    guard->heap_budget = value;
    guard->preparing_budget = count > 3 ? sqlite3_value_int64(values[3]) : 0;
  } else if (strcmp(verb, "mortal") == 0) {
    watch_end_when_stuck(guard, value);
  } else if (strcmp(verb, "length") == 0) {
    sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, (int)value);
  } else if (strcmp(verb, "reason") == 0) {
    sqlite3_result_text(context, guard->reason, -1, SQLITE_TRANSIENT);
  } else if (strcmp(verb, "reach") == 0) {
    guard->reach = (enum reach)value;
  } else {
    int rc = change(guard, verb, value, text_at(count, values, 2), text_at(count, values, 3));
    if (rc == SQLITE_NOTFOUND) sqlite3_result_error(context, "unknown verb", -1);
    else if (rc != SQLITE_OK) sqlite3_result_error_code(context, rc);
  }
}

/* SQLite calls this when the connection is closed. */
static void destroy(void *argument) {
  Guard *guard = argument;
  watch_destroy(guard);
  privacy_forget(guard);
  close_bounded_functions(guard);
  sqlite3_free(guard);
}

static void set_limits(sqlite3 *db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, MEBIBYTE);
  /* 24 MB of program; a join of 64 tables has some 1,000 operations. */
  sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 1000 * 1000);
  /* Counts subqueries, too: common table expressions that double each other end here. */
  sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 500);
  /* json_extract() and others look through their first argument once for each of the others;
  ** SQLite's own limit was this until 3.47. */
  sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, 127);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

static void configure(sqlite3 *db) {
  /* As in Python's SQLite, an unknown "name" is a string: filters on unknown columns rely on it. */
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 1, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, 0);
  /* Published views may use pragma_table_info() and highlight(); what is dangerous is refused by the
  ** authorizer wherever it stands. */
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, 0);
}

__attribute__((visibility("default")))
int sqlite3_guard_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  Guard *guard = sqlite3_malloc(sizeof *guard);
  if (!guard) return SQLITE_NOMEM;
  memset(guard, 0, sizeof *guard);
  guard->db = db;
  sqlite3_randomness(TOKEN_BYTES, guard->token);
  watch_init(guard);
  set_limits(db);
  configure(db);
  int rc = sqlite3_create_function_v2(db, "dsl_guard", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, guard,
                                      control, 0, 0, destroy);
  if (rc == SQLITE_OK) rc = sqlite3_set_authorizer(db, authorize, guard);
  if (rc == SQLITE_OK) rc = register_text_functions(db);
  if (rc == SQLITE_OK) rc = register_match_functions(db);
  if (rc == SQLITE_OK) rc = register_bounded_functions(guard);
  count_allocations();
  return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}
