/*
** Paged files: databases of which only some blocks are on this machine. A part of the same extension
** as the guard, with an entry point of its own.
**
**   file.c    what SQLite opens and reads
**   cache.c   where blocks are, and waiting for one that is not there
**   this file one SQL function, through which the fetcher (a thread of JavaScript, runtime/site/
**             sources/fetcher.ts) says what it has done. It exists only on connections that load
**             this entry point, and no visitor's SQL ever runs on those.
**
**   dsl_blocks('open', file, slot bytes, slots, patience ms, budget) -> cache
**   dsl_blocks('socket', cache)             -> descriptor with requests: mapping, block, kind as 3 x 32 bits
**   dsl_blocks('map', cache, size, block bytes, page bytes, page numbers, pages) -> mapping
**   dsl_blocks('unmap', mapping)
**   dsl_blocks('take', cache)               -> slot, or null
**   dsl_blocks('written', cache, slot)      dsl_blocks('release', cache, slot)
**   dsl_blocks('shrink', cache, slots)
**   dsl_blocks('filled', mapping, block, slot)
**   dsl_blocks('failed', mapping, block, reason)
**   dsl_blocks('mark', mapping, block)
**   dsl_blocks('expect', most)              dsl_blocks('gather') -> blocks that were waited for
**   dsl_blocks('close', cache)
**   dsl_blocks('failure')                   -> kind and words of why this thread's last read failed, or null
*/
#include <string.h>

#include "cache.h"

SQLITE_EXTENSION_INIT3

static void made(sqlite3_context *context, int id) {
  if (id > 0) sqlite3_result_int(context, id);
  else sqlite3_result_error(context, "no memory, no descriptors, or no such cache", -1);
}

static HotPages hot_pages(sqlite3_value **values) {
  HotPages hot = {(uint32_t)sqlite3_value_int(values[4]), 0, 0, 0};
  uint32_t numbers = (uint32_t)sqlite3_value_bytes(values[5]) / 4;
  if (hot.page_size == 0 || numbers == 0) return hot;
  hot.numbers = sqlite3_value_blob(values[5]);
  hot.bytes = sqlite3_value_blob(values[6]);
  if ((int64_t)numbers * hot.page_size == sqlite3_value_bytes(values[6])) hot.count = numbers;
  return hot;
}

static void failure(sqlite3_context *context) {
  enum failure kind;
  const char *text = cache_failure(&kind);
  if (kind == NONE) return;
  char *answer = sqlite3_mprintf("%d%s", kind, text);
  if (answer) sqlite3_result_text(context, answer, -1, sqlite3_free);
  else sqlite3_result_error_nomem(context);
}

static void take(sqlite3_context *context, int cache) {
  int64_t slot = cache_take(cache);
  if (slot >= 0) sqlite3_result_int64(context, slot);
}

static void control(sqlite3_context *context, int count, sqlite3_value **values) {
  const char *verb = count > 0 ? (const char *)sqlite3_value_text(values[0]) : 0;
  int64_t number[7] = {0};
  for (int i = 1; i < count && i < 7; i++) {
    if (sqlite3_value_type(values[i]) != SQLITE_BLOB) number[i] = sqlite3_value_int64(values[i]);
  }
  int id = (int)number[1];
  uint32_t second = (uint32_t)number[2];
  if (!verb) verb = "";
  if (strcmp(verb, "filled") == 0 && count == 4) {
    cache_filled(id, second, (uint32_t)number[3]);
  } else if (strcmp(verb, "failed") == 0 && count == 4) {
    const char *reason = (const char *)sqlite3_value_text(values[3]);
    cache_failed(id, second, reason ? reason : "");
  } else if (strcmp(verb, "take") == 0 && count == 2) {
    take(context, id);
  } else if (strcmp(verb, "written") == 0 && count == 3) {
    cache_written(id, second);
  } else if (strcmp(verb, "release") == 0 && count == 3) {
    cache_release(id, second);
  } else if (strcmp(verb, "mark") == 0 && count == 3) {
    cache_mark(id, second);
  } else if (strcmp(verb, "failure") == 0) {
    failure(context);
  } else if (strcmp(verb, "expect") == 0 && count == 2) {
    cache_expect((uint32_t)id);
  } else if (strcmp(verb, "gather") == 0) {
    sqlite3_result_int(context, (int)cache_gather());
  } else if (strcmp(verb, "open") == 0 && count == 6) {
    made(context, cache_open(id, second, (uint32_t)number[3], number[4], (uint32_t)number[5]));
  } else if (strcmp(verb, "socket") == 0 && count == 2) {
    made(context, cache_socket(id));
  } else if (strcmp(verb, "map") == 0 && count == 7) {
    made(context, cache_map(id, number[2], (uint32_t)number[3], hot_pages(values)));
  } else if (strcmp(verb, "unmap") == 0 && count == 2) {
    cache_unmap(id);
  } else if (strcmp(verb, "shrink") == 0 && count == 3) {
    cache_shrink(id, second);
  } else if (strcmp(verb, "close") == 0 && count == 2) {
    cache_close(id);
  } else {
    sqlite3_result_error(context, "unknown verb", -1);
  }
}

/* Stays loaded: SQLite keeps a pointer to the file system. */
__attribute__((visibility("default")))
int sqlite3_blocks_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  int rc = register_paged_files();
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function_v2(db, "dsl_blocks", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, 0,
                                    control, 0, 0, 0);
  }
  return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}
