/* Joins a group of stock Corosync, sends, and says what was delivered and in what order.
 * cpg-order MEMBERS COUNT EXPECTED SECONDS: waits for MEMBERS, sends COUNT messages, ends when EXPECTED
 * were delivered or the time is over. Prints "delivered BYTES HASH"; ring-order.ts does the same.
 * Build: cc -O2 cpg-order.c -o cpg-order -ldl (libcpg is opened at run time). */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <time.h>

#define OK 1
#define AGREED 2
#define DISPATCH_ALL 2
#define LONGEST 3000

struct name { uint32_t length; char value[128]; };
typedef void (*deliver_fn)(uint64_t, const struct name *, uint32_t, uint32_t, void *, size_t);
typedef void (*change_fn)(uint64_t, const struct name *, const void *, size_t, const void *, size_t,
                          const void *, size_t);
struct callbacks { deliver_fn deliver; change_fn change; };

static unsigned long delivered, bytes;
static uint32_t hash = 2166136261u;
static size_t members;

static void deliver(uint64_t h, const struct name *g, uint32_t node, uint32_t pid, void *m, size_t n)
{
    const unsigned char *b = m;
    (void)h; (void)g; (void)pid;
    delivered++;
    bytes += n;
    hash = (hash ^ node) * 16777619u;
    for (size_t i = 0; i < n; i++) hash = (hash ^ b[i]) * 16777619u;
}

static void change(uint64_t h, const struct name *g, const void *m, size_t n, const void *l, size_t ln,
                   const void *j, size_t jn)
{
    (void)h; (void)g; (void)m; (void)l; (void)ln; (void)j; (void)jn;
    if (n > members) members = n;
}

int main(int argc, char **argv)
{
    if (argc < 5) return 2;
    size_t wanted = (size_t)atol(argv[1]);
    unsigned long count = strtoul(argv[2], 0, 10), expected = strtoul(argv[3], 0, 10), sent = 0;
    time_t end = time(0) + atol(argv[4]);
    void *lib = dlopen("libcpg.so.4", RTLD_NOW);
    if (lib == NULL) return 3;
    int (*initialize)(uint64_t *, struct callbacks *) = dlsym(lib, "cpg_initialize");
    int (*join)(uint64_t, const struct name *) = dlsym(lib, "cpg_join");
    int (*local)(uint64_t, unsigned *) = dlsym(lib, "cpg_local_get");
    int (*descriptor)(uint64_t, int *) = dlsym(lib, "cpg_fd_get");
    int (*mcast)(uint64_t, int, const struct iovec *, unsigned) = dlsym(lib, "cpg_mcast_joined");
    int (*dispatch)(uint64_t, int) = dlsym(lib, "cpg_dispatch");
    struct callbacks callbacks = { deliver, change };
    struct name group = { 5, "order" };
    static unsigned char buffer[LONGEST];
    unsigned own;
    uint64_t h;
    int fd;
    if (initialize(&h, &callbacks) != OK || join(h, &group) != OK) return 4;
    local(h, &own);
    descriptor(h, &fd);
    while (time(0) < end && delivered < expected) {
        int busy = 0;
        for (int i = 0; members >= wanted && sent < count && i < 32; i++) {
            size_t n = 8 + (sent * 131 + own) % (sent % 50 == 0 ? LONGEST - 8 : 120);
            for (size_t k = 0; k < n; k++) buffer[k] = (unsigned char)(sent + own * 31 + k * 7);
            struct iovec v = { buffer, n };
            if (mcast(h, AGREED, &v, 1) != OK) break;
            sent++;
            busy = 1;
        }
        fd_set r;
        FD_ZERO(&r);
        FD_SET(fd, &r);
        struct timeval tv = { 0, busy ? 0 : 1000 };
        if (select(fd + 1, &r, 0, 0, &tv) > 0) dispatch(h, DISPATCH_ALL);
    }
    /* The others may need our daemon a moment longer. */
    struct timespec pause = { 1, 0 };
    nanosleep(&pause, 0);
    printf("%lu %lu %08x\n", delivered, bytes, hash);
    return delivered < expected;
}
