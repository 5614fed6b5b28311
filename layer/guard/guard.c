/*
** guard: keeps a query from hurting the service. A loadable extension of SQLite; each connection
** that visitors can reach gets its own.
**
**   deadline    a thread interrupts the statement when its time is up (better-sqlite3's SQLite is
**               built without a progress handler)
**   memory      the same thread interrupts it when the process has grown too much meanwhile
**   authorizer  reading is allowed, everything else is refused
**   limits      sqlite3_limit
**
** The runtime controls it through one SQL function, which answers only to a random token that is
** handed out once, to the first caller, before any visitor's SQL runs:
**
**   dsl_guard()                    -> token
**   dsl_guard(token, 'lock', bytes)   from here on only reading; bytes: the memory budget
**   dsl_guard(token, 'arm', ms)       starts the clock
**   dsl_guard(token, 'disarm')     -> 0, or why the statement was stopped: 1 deadline, 2 memory,
**                                     3 refused
**   dsl_guard(token, 'reason')     -> what the authorizer refused last
**   dsl_guard(token, 'length', bytes) largest string or blob until disarm
*/
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sqlite3ext.h"
SQLITE_EXTENSION_INIT1

#define MS 1000000LL /* nanoseconds */

/* While statements run, the thread looks at the clock and at memory this often. */
#define TICK (5 * MS)
/* A deadline that has passed is enforced again this often: an interrupt that arrives between two
** statements of one run is forgotten by SQLite when the second one starts. */
#define INSIST (1 * MS)
/* Ticks without work after which the thread sleeps until it is woken, which costs some 5 us. */
#define TICKS_BEFORE_SLEEP 20

#define TOKEN_BYTES 16
#define MEBIBYTE (1024 * 1024)

/* Larger strings, blobs and rows cannot be read. A Lambda response has 6 MB. */
#define LENGTH_LIMIT (64 * MEBIBYTE)
/* The same for a statement that must stop: SQLite looks for an interrupt only in loops, and an
** expression such as length(x||'a') + length(x||'b') + ... has none. */
#define LENGTH_LIMIT_WHEN_STOPPED (256 * 1024)

enum outcome { FINISHED = 0, DEADLINE = 1, MEMORY = 2, REFUSED = 3 };

typedef struct Guard {
  sqlite3 *db;
  unsigned char token[TOKEN_BYTES];
  int claimed;
  int locked;
  char reason[160]; /* what the authorizer refused last */

  /* Shared with the thread, under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  pthread_t thread;
  int running;          /* the thread exists */
  int stopping;         /* the connection is being closed */
  int64_t deadline;     /* 0 when no statement runs */
  int64_t wakes_at;     /* when the thread looks next; INT64_MAX when it must be woken */
  unsigned runs;        /* counts arms, so that the thread sees whether there was work */
  enum outcome outcome; /* of the current run */
  int64_t budget;       /* bytes the process may grow by in one run */
  int64_t baseline;     /* its size when the thread first saw this run; -1 before that */
} Guard;

/* ---------------------------------------------------------------- clock and memory */

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 * MS + time.tv_nsec;
}

static void init_condition(pthread_cond_t *condition) {
#ifdef __APPLE__
  pthread_cond_init(condition, 0);
#else
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
#endif
}

static void wait_until(Guard *guard, int64_t when) {
  if (when == INT64_MAX) {
    pthread_cond_wait(&guard->changed, &guard->mutex);
    return;
  }
#ifdef __APPLE__
  int64_t wait = when - now();
  if (wait < 0) wait = 0;
  struct timespec time = {wait / (1000 * MS), wait % (1000 * MS)};
  pthread_cond_timedwait_relative_np(&guard->changed, &guard->mutex, &time);
#else
  struct timespec time = {when / (1000 * MS), when % (1000 * MS)};
  pthread_cond_timedwait(&guard->changed, &guard->mutex, &time);
#endif
}

/* The next number in text; moves text behind it. (strtol and scanf would need a newer glibc.) */
static int64_t number_in(const char **text) {
  int64_t number = 0;
  while (**text == ' ') (*text)++;
  while (**text >= '0' && **text <= '9') number = number * 10 + (*(*text)++ - '0');
  return number;
}

/* Bytes of the process that are not backed by files (database pages are); -1 when unknown. */
static int64_t process_memory(void) {
#ifdef __linux__
  char buffer[128];
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t length = read(file, buffer, sizeof buffer - 1);
  close(file);
  if (length <= 0) return -1;
  buffer[length] = 0;
  const char *text = buffer;
  number_in(&text); /* address space */
  int64_t resident = number_in(&text);
  int64_t backed_by_files = number_in(&text);
  return (resident - backed_by_files) * sysconf(_SC_PAGESIZE);
#else
  return -1;
#endif
}

/* ---------------------------------------------------------------- the thread */

static void stop_statement(Guard *guard, enum outcome why) {
  guard->outcome = why;
  sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT_WHEN_STOPPED);
  sqlite3_interrupt(guard->db);
}

static void watch_memory(Guard *guard) {
  int64_t size = process_memory();
  if (size < 0 || guard->budget == 0) return;
  if (guard->baseline < 0 || size < guard->baseline) guard->baseline = size;
  if (size - guard->baseline > guard->budget) stop_statement(guard, MEMORY);
}

/* Everything happens under the mutex, interrupting included: once disarm has had the mutex, no
** interrupt meant for the finished statement can come any more, however long this thread (or the
** whole process, as Lambda does between requests) was stopped. */
static void *watch(void *argument) {
  Guard *guard = argument;
  unsigned seen = 0, idle_ticks = 0;
  pthread_mutex_lock(&guard->mutex);
  while (!guard->stopping) {
    int64_t time = now();
    idle_ticks = guard->runs == seen && !guard->deadline ? idle_ticks + 1 : 0;
    seen = guard->runs;
    if (!guard->deadline) {
      guard->wakes_at = idle_ticks > TICKS_BEFORE_SLEEP ? INT64_MAX : time + TICK;
    } else if (guard->outcome == MEMORY) {
      stop_statement(guard, MEMORY);
      guard->wakes_at = time + INSIST;
    } else if (time >= guard->deadline) {
      stop_statement(guard, DEADLINE);
      guard->wakes_at = time + INSIST;
    } else {
      watch_memory(guard);
      int64_t next = time + TICK;
      guard->wakes_at = next < guard->deadline ? next : guard->deadline;
    }
    wait_until(guard, guard->wakes_at);
  }
  pthread_mutex_unlock(&guard->mutex);
  return 0;
}

static int start_thread(Guard *guard) {
  if (guard->running) return 1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  guard->running = pthread_create(&guard->thread, &attributes, watch, guard) == 0;
  pthread_attr_destroy(&attributes);
  return guard->running;
}

static int arm(Guard *guard, int64_t milliseconds) {
  if (milliseconds < 1) milliseconds = 1;
  pthread_mutex_lock(&guard->mutex);
  guard->deadline = now() + milliseconds * MS;
  guard->outcome = FINISHED;
  guard->baseline = -1;
  guard->runs++;
  int started = start_thread(guard);
  if (guard->wakes_at > guard->deadline) pthread_cond_signal(&guard->changed);
  pthread_mutex_unlock(&guard->mutex);
  return started;
}

static enum outcome disarm(Guard *guard) {
  pthread_mutex_lock(&guard->mutex);
  enum outcome outcome = guard->outcome;
  guard->deadline = 0;
  guard->outcome = FINISHED;
  pthread_mutex_unlock(&guard->mutex);
  sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
  return outcome;
}

/* ---------------------------------------------------------------- what may be done */

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
/* Loads code, takes the address of code, writes. The last four are of the sqlite3 shell. */
static const char *const FUNCTIONS_REFUSED[] = {"load_extension", "fts3_tokenizer", "optimize",
                                                "readfile", "writefile", "edit", "fsdir", 0};

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

static int refuse(Guard *guard, const char *what, const char *name) {
  sqlite3_snprintf(sizeof guard->reason, guard->reason, "%s%s%s is not allowed", what,
                   name ? " " : "", name ? name : "");
  pthread_mutex_lock(&guard->mutex);
  if (guard->outcome == FINISHED) guard->outcome = REFUSED;
  pthread_mutex_unlock(&guard->mutex);
  return SQLITE_DENY;
}

static int authorize(void *argument, int action, const char *first, const char *second,
                     const char *database, const char *within) {
  Guard *guard = argument;
  (void)database;
  (void)within;
  if (!guard->locked) return SQLITE_OK;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return is_one_of(second, FUNCTIONS_REFUSED) ? refuse(guard, "Function", second) : SQLITE_OK;
    case SQLITE_PRAGMA:
      if (is_one_of(first, PRAGMAS_OF_A_TABLE)) return SQLITE_OK;
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

/* ---------------------------------------------------------------- control */

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
    if (!arm(guard, value)) sqlite3_result_error(context, "cannot start the guard's thread", -1);
  } else if (strcmp(verb, "disarm") == 0) {
    sqlite3_result_int(context, disarm(guard));
  } else if (strcmp(verb, "length") == 0) {
    sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, (int)value);
  } else if (strcmp(verb, "reason") == 0) {
    sqlite3_result_text(context, guard->reason, -1, SQLITE_TRANSIENT);
  } else if (strcmp(verb, "lock") == 0) {
    int rc = lock(guard, value);
    if (rc != SQLITE_OK) sqlite3_result_error_code(context, rc);
  } else {
    sqlite3_result_error(context, "unknown verb", -1);
  }
}

/* SQLite calls this when the connection is closed. */
static void destroy(void *argument) {
  Guard *guard = argument;
  pthread_mutex_lock(&guard->mutex);
  guard->stopping = 1;
  pthread_cond_signal(&guard->changed);
  pthread_mutex_unlock(&guard->mutex);
  if (guard->running) pthread_join(guard->thread, 0);
  pthread_cond_destroy(&guard->changed);
  pthread_mutex_destroy(&guard->mutex);
  sqlite3_free(guard);
}

static void set_limits(sqlite3 *db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, MEBIBYTE);
  sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 1000 * 1000);
  sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 10 * 1000);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

static void configure(sqlite3 *db) {
  /* As in Python's SQLite, an unknown "name" is a string: filters on unknown columns rely on it. */
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 1, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, 0);
}

int sqlite3_guard_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  Guard *guard = sqlite3_malloc(sizeof *guard);
  if (!guard) return SQLITE_NOMEM;
  memset(guard, 0, sizeof *guard);
  guard->db = db;
  guard->wakes_at = INT64_MAX;
  sqlite3_randomness(TOKEN_BYTES, guard->token);
  pthread_mutex_init(&guard->mutex, 0);
  init_condition(&guard->changed);
  set_limits(db);
  configure(db);
  int rc = sqlite3_create_function_v2(db, "dsl_guard", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, guard,
                                      control, 0, 0, destroy);
  if (rc == SQLITE_OK) rc = sqlite3_set_authorizer(db, authorize, guard);
  return rc;
}
