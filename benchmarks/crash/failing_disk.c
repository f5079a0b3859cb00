/* A disk that fails once, or a power cut, at the n-th call that changes something below a folder.

   Preloaded (LD_PRELOAD), so that it stands below Python and Rust alike. `failing_disk_arm` says where, when and how;
   `failing_disk_calls` lists the calls so far, one a line. Calls elsewhere are passed through. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long wanted = -1, calls = 0;
static int how = 0; /* an errno; -1 kills the process */
static char list[1 << 20];
static size_t listed = 0;

void failing_disk_arm(const char *path, long nth, int error) {
  strncpy(folder, path, sizeof folder - 1);
  wanted = nth, how = error, calls = 0, listed = 0, list[0] = 0;
}
const char *failing_disk_calls(void) { return list; }

static int inside(const char *path) { return folder[0] && path && !strncmp(path, folder, strlen(folder)); }

static int resolved(int dir, const char *path, char *out) {
  char link[64];
  ssize_t n;
  if (path && path[0] == '/') return snprintf(out, PATH_MAX, "%s", path) > 0;
  if (dir == AT_FDCWD) return snprintf(out, PATH_MAX, "%s", path ? path : "") > 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
  n = readlink(link, out, PATH_MAX - 1);
  if (n < 0) return 0;
  out[n] = 0;
  return 1;
}

static int fails(const char *call, int dir, const char *path) {
  char full[PATH_MAX];
  if (!folder[0]) return 0;
  int before = errno;
  int ours = resolved(dir, path, full) && inside(full);
  errno = before;
  if (!ours) return 0;
  if (listed + 512 < sizeof list) listed += snprintf(list + listed, 512, "%s %.400s\n", call, full + strlen(folder));
  if (++calls != wanted) return 0;
  if (how < 0) kill(getpid(), SIGKILL);
  errno = how;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CHANGES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *p, int flags, ...) {
  MODE(flags) return CHANGES(flags) && fails("open", AT_FDCWD, p) ? -1 : REAL(open)(p, flags, mode);
}
int open64(const char *p, int flags, ...) {
  MODE(flags) return CHANGES(flags) && fails("open", AT_FDCWD, p) ? -1 : REAL(open64)(p, flags, mode);
}
int openat(int d, const char *p, int flags, ...) {
  MODE(flags) return CHANGES(flags) && fails("open", d, p) ? -1 : REAL(openat)(d, p, flags, mode);
}
int openat64(int d, const char *p, int flags, ...) {
  MODE(flags) return CHANGES(flags) && fails("open", d, p) ? -1 : REAL(openat64)(d, p, flags, mode);
}
ssize_t write(int f, const void *b, size_t n) { return fails("write", f, 0) ? -1 : REAL(write)(f, b, n); }
ssize_t writev(int f, const struct iovec *v, int n) { return fails("write", f, 0) ? -1 : REAL(writev)(f, v, n); }
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) {
  return fails("write", f, 0) ? -1 : REAL(pwrite64)(f, b, n, o);
}
ssize_t sendfile(int out, int in, off_t *o, size_t n);
ssize_t sendfile(int out, int in, off_t *o, size_t n) {
  return fails("write", out, 0) ? -1 : REAL(sendfile)(out, in, o, n);
}
ssize_t sendfile64(int out, int in, off64_t *o, size_t n);
ssize_t sendfile64(int out, int in, off64_t *o, size_t n) {
  return fails("write", out, 0) ? -1 : REAL(sendfile64)(out, in, o, n);
}
int ftruncate(int f, off_t n) { return fails("truncate", f, 0) ? -1 : REAL(ftruncate)(f, n); }
int ftruncate64(int f, off64_t n) { return fails("truncate", f, 0) ? -1 : REAL(ftruncate64)(f, n); }
int fsync(int f) { return fails("sync", f, 0) ? -1 : REAL(fsync)(f); }
int fdatasync(int f) { return fails("sync", f, 0) ? -1 : REAL(fdatasync)(f); }
int rename(const char *a, const char *b) { return fails("rename", AT_FDCWD, a) ? -1 : REAL(rename)(a, b); }
int renameat(int x, const char *a, int y, const char *b) {
  return fails("rename", x, a) ? -1 : REAL(renameat)(x, a, y, b);
}
int mkdir(const char *p, mode_t m) { return fails("mkdir", AT_FDCWD, p) ? -1 : REAL(mkdir)(p, m); }
int rmdir(const char *p) { return fails("rmdir", AT_FDCWD, p) ? -1 : REAL(rmdir)(p); }
int unlink(const char *p) { return fails("unlink", AT_FDCWD, p) ? -1 : REAL(unlink)(p); }
int unlinkat(int d, const char *p, int f) { return fails("unlink", d, p) ? -1 : REAL(unlinkat)(d, p, f); }
