/* Only reading: what sqlite3_set_authorizer refuses once the connection is locked. */
#include <string.h>

#include "guard.h"

SQLITE_EXTENSION_INIT3

static int is_one_of(const char *name, const char *const *list) {
  for (; name && *list; list++) {
    if (sqlite3_stricmp(name, *list) == 0) return 1;
  }
  return 0;
}

/* Those that Datasette allows as pragma_NAME() ... */
static const char *const PRAGMAS_OF_A_TABLE[] = {"foreign_key_list", "index_info", "index_list",
                                                 "index_xinfo", "table_info", "table_xinfo",
                                                 "table_list", 0};
/* ... which change something when they are given a value; the last three are for FTS5 and for
** /-/versions. */
static const char *const PRAGMAS_WITHOUT_VALUE[] = {"database_list", "function_list", "page_count",
                                                    "max_page_count", "page_size", "schema_version",
                                                    "data_version", "compile_options", "encoding",
                                                    0};
/* Loads code, takes the address of code, writes, reads tables by name. The last four are of the
** sqlite3 shell. */
static const char *const FUNCTIONS_REFUSED[] = {"load_extension", "fts3_tokenizer", "optimize",
                                                "rtreecheck", "readfile", "writefile",
                                                "edit", "fsdir", 0};

static int ends_with(const char *name, const char *ending) {
  size_t length = name ? strlen(name) : 0, tail = strlen(ending);
  return length > tail && sqlite3_stricmp(name + length - tail, ending) == 0;
}

/* When an R-Tree is first used, its module prepares the statements that would write its tables. To
** run them fails: the connection is query_only. */
static int is_rtree_table(const char *table) {
  return ends_with(table, "_node") || ends_with(table, "_rowid") || ends_with(table, "_parent");
}

/* CREATE and DROP begin by writing one of these. */
static int is_schema_table(const char *table) {
  static const char *const NAMES[] = {"sqlite_master", "sqlite_temp_master", 0};
  return is_one_of(table, NAMES);
}

#define CHANGING_THE_SCHEMA "Changing the schema"

static const char *name_of(int action) {
  switch (action) {
    case SQLITE_ATTACH: return "ATTACH";
    case SQLITE_DETACH: return "DETACH";
    case SQLITE_INSERT: return "INSERT";
    case SQLITE_UPDATE: return "UPDATE";
    case SQLITE_DELETE: return "DELETE";
    case SQLITE_TRANSACTION: return "A transaction";
    case SQLITE_SAVEPOINT: return "SAVEPOINT";
    case SQLITE_ANALYZE: return "ANALYZE";
    case SQLITE_REINDEX: return "REINDEX";
    default: return CHANGING_THE_SCHEMA;
  }
}

/* The reason is set. */
static int refuse_because(Guard *guard) {
  pthread_mutex_lock(&guard->mutex);
  if (guard->outcome == FINISHED) guard->outcome = REFUSED;
  pthread_mutex_unlock(&guard->mutex);
  return SQLITE_DENY;
}

static int refuse(Guard *guard, const char *what, const char *name) {
  sqlite3_snprintf(sizeof guard->reason, guard->reason, "%s%s%s is not allowed", what,
                   name ? " " : "", name ? name : "");
  return refuse_because(guard);
}

/* The visitor knows the name of what they read themselves, not of what a view reads. */
static int refuse_private(Guard *guard, int action, const char *name, const char *within) {
  if (action == SQLITE_PRAGMA) return refuse(guard, "PRAGMA", name);
  return within ? refuse(guard, "Reading a private table", 0) : refuse(guard, "Reading", name);
}

static int allowed(Guard *guard, int action, const char *first, const char *second,
                   const char *database, const char *within) {
  int rc = privacy_authorize(guard, action, first, second, database, within);
  return rc == SQLITE_OK ? rc : refuse_private(guard, action, first, within);
}

/* SQLite looks for interrupts nowhere in large parts of preparing, but asks here about each subquery
** and column. The runtime's statement that ends the run, which may have to be prepared itself, asks
** once: when it is refused, its next attempt is not. */
static int is_too_late(Guard *guard, int action) {
  if (action != SQLITE_SELECT && action != SQLITE_READ) return 0;
  if (!watch_is_over(guard) || ++guard->asked_late == 1) return 0;
  guard->asked_late = 0;
  return 1;
}

int authorize(void *argument, int action, const char *first, const char *second,
              const char *database, const char *within) {
  Guard *guard = argument;
  if (!guard->locked) return SQLITE_OK;
  if (is_too_late(guard, action)) return SQLITE_DENY;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      return allowed(guard, action, first, second, database, within);
    case SQLITE_FUNCTION:
      return is_one_of(second, FUNCTIONS_REFUSED) ? refuse(guard, "Function", second) : SQLITE_OK;
    case SQLITE_PRAGMA:
      if (is_one_of(first, PRAGMAS_OF_A_TABLE))
        return allowed(guard, action, first, second, database, within);
      if (is_one_of(first, PRAGMAS_WITHOUT_VALUE) && !second) return SQLITE_OK;
      return refuse(guard, "PRAGMA", first);
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      if (is_rtree_table(first)) return SQLITE_OK;
      return refuse(guard, is_schema_table(first) ? CHANGING_THE_SCHEMA : name_of(action), 0);
    default:
      return refuse(guard, name_of(action), 0);
  }
}
