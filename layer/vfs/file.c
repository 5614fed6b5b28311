/*
** An SQLite file system named "dsl" for databases of which only some blocks are here. A database is
** opened as file:NAME?vfs=dsl&mapping=ID, for reading only; it never changes, so there are no locks
** and no journals. Temporary files (sorting) are the default file system's.
*/
#include <stdlib.h>
#include <string.h>

#include "cache.h"

SQLITE_EXTENSION_INIT3

typedef struct PagedFile {
  sqlite3_file base;
  Mapping *mapping;
} PagedFile;

static sqlite3_vfs *system_files;

static int close_file(sqlite3_file *file) {
  cache_put(((PagedFile *)file)->mapping);
  return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *target, int amount, sqlite3_int64 position) {
  Mapping *mapping = ((PagedFile *)file)->mapping;
  char *bytes = target;
  while (amount > 0 && position < mapping->size) {
    uint32_t offset = (uint32_t)(position % mapping->block_size);
    int64_t count = mapping->block_size - offset;
    if (count > amount) count = amount;
    if (count > mapping->size - position) count = mapping->size - position;
    uint32_t block = (uint32_t)(position / mapping->block_size);
    int rc = cache_read(mapping, block, offset, (uint32_t)count, bytes);
    if (rc != SQLITE_OK) return rc;
    bytes += count;
    position += count;
    amount -= (int)count;
  }
  if (amount == 0) return SQLITE_OK;
  memset(bytes, 0, (size_t)amount);
  return SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 position) {
  (void)file, (void)bytes, (void)count, (void)position;
  return SQLITE_READONLY;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  (void)file, (void)size;
  return SQLITE_READONLY;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  *size = ((PagedFile *)file)->mapping->size;
  return SQLITE_OK;
}

/* Syncing and locking: nothing to do. */
static int succeed(sqlite3_file *file, int argument) {
  (void)file, (void)argument;
  return SQLITE_OK;
}

static int is_reserved(sqlite3_file *file, int *answer) {
  (void)file;
  *answer = 0;
  return SQLITE_OK;
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
  (void)file, (void)operation, (void)argument;
  return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file) {
  (void)file;
  return 4096;
}

/* SQLite then neither locks the file nor looks for journals. */
static int characteristics(sqlite3_file *file) {
  (void)file;
  return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = succeed,
    .xFileSize = file_size,
    .xLock = succeed,
    .xUnlock = succeed,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
};

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *out_flags) {
  (void)vfs;
  if (!(flags & SQLITE_OPEN_MAIN_DB)) {
    return system_files->xOpen(system_files, name, file, flags, out_flags);
  }
  file->pMethods = 0;
  Mapping *mapping = cache_get((int)sqlite3_uri_int64(name, "mapping", 0));
  if (!mapping) return SQLITE_CANTOPEN;
  ((PagedFile *)file)->mapping = mapping;
  file->pMethods = &METHODS;
  if (out_flags) *out_flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}

/* NAME is no path. */
static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *full) {
  (void)vfs;
  sqlite3_snprintf(size, full, "%s", name);
  return strlen(name) < (size_t)size ? SQLITE_OK : SQLITE_CANTOPEN;
}

int register_paged_files(void) {
  static sqlite3_vfs vfs;
  if (sqlite3_vfs_find("dsl")) return SQLITE_OK;
  system_files = sqlite3_vfs_find(0);
  if (!system_files) return SQLITE_ERROR;
  vfs = *system_files;
  vfs.pNext = 0;
  vfs.zName = "dsl";
  if (vfs.szOsFile < (int)sizeof(PagedFile)) vfs.szOsFile = (int)sizeof(PagedFile);
  vfs.xOpen = open_file;
  vfs.xFullPathname = full_name;
  return sqlite3_vfs_register(&vfs, 0);
}
