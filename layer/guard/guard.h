/* What the parts of the guard have in common; guard.c says what the whole is. */
#ifndef DSL_GUARD_H
#define DSL_GUARD_H

#include <pthread.h>
#include <stdint.h>

#include "sqlite3ext.h"

#define TOKEN_BYTES 16
#define MEBIBYTE (1024 * 1024)

/* Larger strings, blobs and rows cannot be read. A Lambda response has 6 MB. */
#define LENGTH_LIMIT (64 * MEBIBYTE)

enum outcome { FINISHED = 0, DEADLINE = 1, MEMORY = 2, REFUSED = 3 };

/* Which tables the statement that is being prepared or run may read. */
enum reach {
  REACH_ALL = 0,   /* the program's own: everything */
  REACH_LEARN = 1, /* a visible view on its own: everything, and what it reads is noted */
  REACH_VIEWS = 2, /* what is visible, and within visible views what these read */
  REACH_VALUES = 3, /* the same, but without counting rows of private tables */
  REACH_NAMED = 4, /* only what is visible */
  REACH_RUN = 5,   /* one that was prepared with one of the last three is run */
};

/* privacy.c: a hash table */
typedef struct Known Known;
typedef struct Names {
  Known *places;
  unsigned size; /* a power of two, or 0 */
  unsigned count;
} Names;

/* One per connection. */
typedef struct Guard {
  sqlite3 *db;
  unsigned char token[TOKEN_BYTES];
  int claimed;      /* the token was handed out */
  int locked;       /* from here on only reading */
  char reason[160]; /* what the authorizer refused last */
  unsigned asked_late; /* how often the authorizer was asked after the end of a run */
  enum reach reach;
  sqlite3 *helper; /* of bounded.c; 0 until it is needed */
  Names names;

  /* Shared with the thread, under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  pthread_t thread;
  int running;          /* the thread exists */
  int stopping;         /* the connection is being closed */
  int64_t deadline;     /* 0 when no statement runs */
  int64_t wakes_at;     /* when the thread looks next; INT64_MAX when it must be woken */
  unsigned runs;        /* counts runs, so that the thread sees whether there was work */
  enum outcome outcome; /* of the current run */
  int64_t budget;       /* bytes the process may grow by in one run */
  int64_t heap_budget;  /* bytes that SQLite may allocate in one run, less what it frees; 0: any */
  int64_t preparing_budget; /* ... while it prepares a statement */
  int64_t grace;        /* nanoseconds after the deadline until the process ends; 0: it does not */
  int64_t baseline;     /* its size when the thread first saw this run; -1 before that */
  int64_t waits_from;   /* its size when the run began to wait for data; -1 when it does not wait */
  int64_t allowed;      /* bytes that it grew by while the run waited */

  /* Shared with the thread, without the mutex: the next allocation is to fail. */
  int preparing; /* SQLite can be refused memory: whoever reads rows does not expect that */
  int refuses_memory;
} Guard;

/* watch.c */
void watch_init(Guard *guard);
void watch_destroy(Guard *guard);
/* Starts a run that has so many milliseconds. Returns 0 when there can be no thread. */
int watch_arm(Guard *guard, int64_t milliseconds);
/* From now on a run that goes on for so long after its time ends the process. */
void watch_end_when_stuck(Guard *guard, int64_t milliseconds);
/* Whether the run must stop. */
int watch_is_over(Guard *guard);
/* Ends the run. Nothing that was meant for it happens after this returns. */
enum outcome watch_disarm(Guard *guard);
/* Statements are prepared from now on, or not any more. */
void watch_preparing(Guard *guard, int is_preparing);
/* SQLite has so many bytes more on this thread, or less. */
void watch_count_memory(int64_t bytes);
/* Whether SQLite is to be told that there is no memory for so many bytes more. A run of this thread that
** would have more than its budget then must stop; a statement that is being prepared in it is refused
** memory, then and once a millisecond as long as the run must stop. */
int watch_refuses_memory(int64_t bytes);
/* This thread begins or ends to wait for data. What the process grows by meanwhile is what brings the data
** and not the run, up to half of the budget. */
void watch_wait(int begins);
/* Of this thread's run, by the clock of clock.h; 0 when there is none. */
int64_t watch_deadline(void);
/* Another number for each run of this thread. */
unsigned watch_run(void);

/* authorizer.c: the callback of sqlite3_set_authorizer; its first argument is a Guard. */
int authorize(void *guard, int action, const char *first, const char *second, const char *database,
              const char *within);

/* privacy.c. Those that learn return an SQLite result code. */
void privacy_forget(Guard *guard);
int privacy_learn_table(Guard *guard, const char *schema, const char *table, int is_visible);
/* What is said about this table or index would tell names of private ones. */
int privacy_learn_untold(Guard *guard, const char *schema, const char *name);
/* SQLITE_OK or SQLITE_DENY; arguments as of `authorize`. */
int privacy_authorize(Guard *guard, int action, const char *first, const char *second,
                      const char *schema, const char *within);

/* allocation.c: SQLite's allocations are counted from now on, and may be refused. Returns 0 where that
** cannot be. To be called each time the extension is loaded, and the extension to be kept loaded. */
int count_allocations(void);
/* What malloc() keeps of what was freed, as it does where little is left between; takes milliseconds. */
void give_back_freed_memory(void);

/* text.c: replaces functions of SQLite that can take hours. Returns an SQLite result code. */
int register_text_functions(sqlite3 *db);

/* like.c: the same for LIKE and GLOB. */
int register_match_functions(sqlite3 *db);

/* bounded.c: refuses the largest arguments of functions whose time grows with their product. */
int register_bounded_functions(Guard *guard);
void close_bounded_functions(Guard *guard);

#endif
