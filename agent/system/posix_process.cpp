// No core dumps; low priority by nice and ionice.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/system/process.h"

namespace wardwatch {
namespace {

// On Linux both take a thread's id. ioprio class 3 is "idle", 0 follows from nice (linux/ioprio.h,
// IOPRIO_CLASS_SHIFT 13).
void set_thread_priority(int nice, int io_class) {
    const long thread = syscall(SYS_gettid);
    setpriority(PRIO_PROCESS, static_cast<id_t>(thread), nice);
    syscall(SYS_ioprio_set, 1, thread, io_class);
}

}  // namespace

void forbid_memory_dumps() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // whose leak check reads the process's own memory through ptrace
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void lower_thread_priority() { set_thread_priority(19, 3 << 13); }

void restore_thread_priority() { set_thread_priority(0, 0); }

}  // namespace wardwatch
