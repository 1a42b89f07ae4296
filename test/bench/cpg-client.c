/* The benchmark's client for stock Corosync: same work as ring-client.ts.
 * cpg-client SIZE SECONDS flood|paced. Build: cc -O2 cpg-client.c -o cpg-client -ldl
 * libcpg is opened at run time, so that no development files are needed. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <time.h>

#define OK 1
#define AGREED 2
#define DISPATCH_ALL 2
#define MEMBERS 3
#define PACE_S 0.002
#define LATENCIES 2000000

struct name { uint32_t length; char value[128]; };
typedef void (*deliver_fn)(uint64_t, const struct name *, uint32_t, uint32_t, void *, size_t);
typedef void (*change_fn)(uint64_t, const struct name *, const void *, size_t, const void *, size_t,
                          const void *, size_t);
struct callbacks { deliver_fn deliver; change_fn change; };

static uint32_t own;
static unsigned long count, bytes, latencies;
static double first, last, *latency;
static size_t members;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void deliver(uint64_t h, const struct name *g, uint32_t node, uint32_t pid, void *m, size_t n)
{
    (void)h; (void)g; (void)pid;
    last = now();
    if (count++ == 0) first = last;
    bytes += n;
    if (node == own && latencies < LATENCIES) {
        double sent;
        memcpy(&sent, m, sizeof sent);
        latency[latencies++] = last - sent;
    }
}

static void change(uint64_t h, const struct name *g, const void *m, size_t n, const void *l, size_t ln,
                   const void *j, size_t jn)
{
    (void)h; (void)g; (void)m; (void)l; (void)ln; (void)j; (void)jn;
    if (n > members) members = n;
}

static int compare(const void *a, const void *b)
{
    double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

static double at(double share)
{
    return latencies == 0 ? 0 : 1e6 * latency[(unsigned long)(share * (latencies - 1))];
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    size_t size = (size_t)atol(argv[1]);
    double seconds = atof(argv[2]);
    int paced = strcmp(argv[3], "paced") == 0;
    void *lib = dlopen("libcpg.so.4", RTLD_NOW);
    if (lib == NULL) return 3;
    int (*initialize)(uint64_t *, struct callbacks *) = dlsym(lib, "cpg_initialize");
    int (*join)(uint64_t, const struct name *) = dlsym(lib, "cpg_join");
    int (*local)(uint64_t, unsigned *) = dlsym(lib, "cpg_local_get");
    int (*descriptor)(uint64_t, int *) = dlsym(lib, "cpg_fd_get");
    int (*mcast)(uint64_t, int, const struct iovec *, unsigned) = dlsym(lib, "cpg_mcast_joined");
    int (*dispatch)(uint64_t, int) = dlsym(lib, "cpg_dispatch");
    struct callbacks callbacks = { deliver, change };
    struct name group = { 5, "bench" };
    uint64_t h;
    int fd;
    latency = calloc(LATENCIES, sizeof *latency);
    char *buffer = calloc(1, size + 8);
    if (initialize(&h, &callbacks) != OK || join(h, &group) != OK) return 4;
    local(h, &own);
    descriptor(h, &fd);
    double end = 0, next = 0;
    for (;;) {
        double t = now();
        if (members >= MEMBERS && end == 0) end = t + seconds, next = t;
        if (end != 0 && t > end + 1) break;
        int busy = 0;
        if (end != 0 && t < end && (!paced || t >= next)) {
            for (int i = 0; i < (paced ? 1 : 32); i++) {
                double sent = now();
                memcpy(buffer, &sent, sizeof sent);
                struct iovec v = { buffer, size };
                if (mcast(h, AGREED, &v, 1) != OK) break;
                busy = 1;
            }
            if (paced) next += PACE_S;
        }
        fd_set r;
        FD_ZERO(&r);
        FD_SET(fd, &r);
        struct timeval tv = { 0, busy && !paced ? 0 : 200 };
        if (select(fd + 1, &r, 0, 0, &tv) > 0) dispatch(h, DISPATCH_ALL);
    }
    qsort(latency, latencies, sizeof *latency, compare);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec +
                 (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("{\"count\":%lu,\"bytes\":%lu,\"seconds\":%.4f,\"p50\":%.1f,\"p999\":%.1f,"
           "\"cpu\":%.3f}\n",
           count, bytes, count ? last - first : 0, at(0.5), at(0.999), cpu);
    return 0;
}
