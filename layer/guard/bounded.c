/*
** Functions of SQLite that compare each part of one argument with each part of the other, without
** looking for interrupts. Where the product of their lengths is too large they say so; otherwise a
** connection of their own, with nothing in it, runs SQLite's function.
*/
#include "guard.h"

SQLITE_EXTENSION_INIT3

/* Bytes times bytes: a few tenths of a second. */
static const int64_t LARGEST_PRODUCT = (int64_t)1 << 30;

typedef struct Bounded {
  const char *name;
  const char *sql;
  int is_json;
} Bounded;

static const Bounded FUNCTIONS[] = {
    {"json_patch", "SELECT json_patch(?1, ?2)", 1},
    {"jsonb_patch", "SELECT jsonb_patch(?1, ?2)", 0},
    {"unhex", "SELECT unhex(?1, ?2)", 0},
    {"geopoly_overlap", "SELECT geopoly_overlap(?1, ?2)", 0},
    {"geopoly_within", "SELECT geopoly_within(?1, ?2)", 0},
};
enum { COUNT = sizeof FUNCTIONS / sizeof *FUNCTIONS };

typedef struct Call {
  Guard *guard;
  const Bounded *function;
  sqlite3_stmt *statement; /* 0 until it is needed */
} Call;

static int prepare(Call *call) {
  Guard *guard = call->guard;
  int rc = SQLITE_OK;
  if (!guard->helper) {
    rc = sqlite3_open_v2(":memory:", &guard->helper, SQLITE_OPEN_READWRITE, 0);
    if (rc != SQLITE_OK) return rc;
    sqlite3_limit(guard->helper, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
  }
  return sqlite3_prepare_v2(guard->helper, call->function->sql, -1, &call->statement, 0);
}

static void run(sqlite3_context *context, int count, sqlite3_value **values) {
  Call *call = sqlite3_user_data(context);
  (void)count;
  int64_t product = (int64_t)sqlite3_value_bytes(values[0]) * sqlite3_value_bytes(values[1]);
  if (product > LARGEST_PRODUCT) {
    char *message = sqlite3_mprintf("the arguments of %s() are too long", call->function->name);
    if (message) sqlite3_result_error(context, message, -1);
    else sqlite3_result_error_nomem(context);
    sqlite3_free(message);
    return;
  }
  if (!call->statement && prepare(call) != SQLITE_OK) {
    sqlite3_result_error(context, sqlite3_errmsg(call->guard->helper), -1);
    return;
  }
  sqlite3_bind_value(call->statement, 1, values[0]);
  sqlite3_bind_value(call->statement, 2, values[1]);
  if (sqlite3_step(call->statement) == SQLITE_ROW) {
    sqlite3_result_value(context, sqlite3_column_value(call->statement, 0));
    if (call->function->is_json) sqlite3_result_subtype(context, 'J');
  } else {
    sqlite3_result_error(context, sqlite3_errmsg(call->guard->helper), -1);
  }
  sqlite3_reset(call->statement);
  sqlite3_clear_bindings(call->statement);
}

static void free_call(void *argument) {
  Call *call = argument;
  sqlite3_finalize(call->statement);
  sqlite3_free(call);
}

int register_bounded_functions(Guard *guard) {
  for (int i = 0; i < COUNT; i++) {
    Call *call = sqlite3_malloc(sizeof *call);
    if (!call) return SQLITE_NOMEM;
    *call = (Call){guard, &FUNCTIONS[i], 0};
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    if (FUNCTIONS[i].is_json) flags |= SQLITE_RESULT_SUBTYPE;
    int rc = sqlite3_create_function_v2(guard->db, FUNCTIONS[i].name, 2, flags, call, run, 0, 0,
                                        free_call);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

/* Finalizing may come after this, in whatever order SQLite frees the functions. */
void close_bounded_functions(Guard *guard) {
  if (guard->helper) sqlite3_close_v2(guard->helper);
}
