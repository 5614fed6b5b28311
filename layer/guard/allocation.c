/*
** SQLite's allocations are counted, and come to an end. better-sqlite3's SQLite is compiled without
** memory statistics, so it has no limit of its own; the size of the process, which is looked at only
** once in a while, is none for one statement.
**
** And while SQLite prepares a statement it asks nobody for long stretches: it copies expressions for
** each place that repeats them, and subqueries that do so within each other grow exponentially, in time
** and in memory. What it does all the while is allocate, and what SQLite does when there is no memory is
** tested like nothing else in it. So a statement that is being prepared is told that there is none.
**
** There is no way to hand better-sqlite3's SQLite other functions for memory once it has started. Its
** calls of malloc(), realloc() and free() go through a table of addresses in the file that it was loaded
** from; three entries of that table are replaced here. C++ allocates elsewhere and notices nothing.
*/
#include "guard.h"

SQLITE_EXTENSION_INIT3

#ifdef __linux__

#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { CALLED = R_X86_64_JUMP_SLOT, TAKEN = R_X86_64_GLOB_DAT };
#elif defined(__aarch64__)
enum { CALLED = R_AARCH64_JUMP_SLOT, TAKEN = R_AARCH64_GLOB_DAT };
#endif

static void *allocate(size_t size) {
  if (watch_refuses_memory((int64_t)size)) return 0;
  void *memory = malloc(size);
  watch_count_memory((int64_t)malloc_usable_size(memory));
  return memory;
}

static void *reallocate(void *old, size_t size) {
  int64_t before = (int64_t)malloc_usable_size(old);
  if (watch_refuses_memory((int64_t)size - before)) return 0;
  void *memory = realloc(old, size);
  if (memory) watch_count_memory((int64_t)malloc_usable_size(memory) - before);
  return memory;
}

static void release(void *memory) {
  watch_count_memory(-(int64_t)malloc_usable_size(memory));
  free(memory);
}

void give_back_freed_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/* The file that SQLite was loaded from, with what its dynamic section says. */
typedef struct Image {
  uintptr_t address_within;
  uintptr_t base;
  const ElfW(Dyn) *dynamic;
  uintptr_t read_only_from, read_only_to; /* once relocations are done */
} Image;

static int is_within(const Image *image, const struct dl_phdr_info *info) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && image->address_within - start < part->p_memsz) return 1;
  }
  return 0;
}

static int find_image(struct dl_phdr_info *info, size_t size, void *argument) {
  (void)size;
  Image *image = argument;
  if (!is_within(image, info)) return 0;
  image->base = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = image->base + part->p_vaddr;
    if (part->p_type == PT_DYNAMIC) image->dynamic = (const ElfW(Dyn) *)start;
    if (part->p_type == PT_GNU_RELRO) {
      image->read_only_from = start;
      image->read_only_to = start + part->p_memsz;
    }
  }
  return 1;
}

/* The loader has made addresses of the entries that are some; musl has not. */
static uintptr_t entry(const Image *image, ElfW(Sxword) tag) {
  for (const ElfW(Dyn) *each = image->dynamic; each->d_tag != DT_NULL; each++) {
    if (each->d_tag != tag) continue;
    uintptr_t value = each->d_un.d_ptr;
    int is_address = tag != DT_PLTRELSZ && tag != DT_RELASZ;
    return is_address && value < image->base ? image->base + value : value;
  }
  return 0;
}

static int write_slot(const Image *image, void **slot, void *function) {
  if (*slot == function) return 1;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  void *start = (void *)((uintptr_t)slot & ~(page - 1));
  if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0) return 0;
  __atomic_store_n(slot, function, __ATOMIC_RELEASE);
  if ((uintptr_t)slot >= image->read_only_from && (uintptr_t)slot < image->read_only_to) {
    mprotect(start, page, PROT_READ);
  }
  return 1;
}

/* Returns how many entries lead to the functions here. */
static int replace(const Image *image, ElfW(Sxword) table, ElfW(Sxword) table_size) {
  const ElfW(Rela) *relocations = (const ElfW(Rela) *)entry(image, table);
  size_t count = entry(image, table_size) / sizeof *relocations;
  const ElfW(Sym) *symbols = (const ElfW(Sym) *)entry(image, DT_SYMTAB);
  const char *names = (const char *)entry(image, DT_STRTAB);
  int replaced = 0;
  for (size_t i = 0; relocations && i < count; i++) {
    unsigned type = (unsigned)ELF64_R_TYPE(relocations[i].r_info);
    if (type != CALLED && type != TAKEN) continue;
    const char *name = names + symbols[ELF64_R_SYM(relocations[i].r_info)].st_name;
    void **slot = (void **)(image->base + relocations[i].r_offset);
    if (strcmp(name, "malloc") == 0) replaced += write_slot(image, slot, (void *)allocate);
    if (strcmp(name, "realloc") == 0) replaced += write_slot(image, slot, (void *)reallocate);
    if (strcmp(name, "free") == 0) replaced += write_slot(image, slot, (void *)release);
  }
  return replaced;
}

int count_allocations(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Image image = {.address_within = (uintptr_t)sqlite3_api->malloc64};
  if (!dl_iterate_phdr(find_image, &image) || !image.dynamic) return 0;
  pthread_mutex_lock(&mutex);
  int replaced = replace(&image, DT_JMPREL, DT_PLTRELSZ) + replace(&image, DT_RELA, DT_RELASZ);
  pthread_mutex_unlock(&mutex);
  return replaced >= 3;
}

#else

void give_back_freed_memory(void) {
}

int count_allocations(void) {
  return 0;
}

#endif
