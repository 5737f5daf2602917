// Threads that nobody waits for: calls into the system that may hang for ever.
#pragma once

#include <functional>

namespace wardwatch {

/// Runs `work` on a thread of its own. Nobody waits for it, not even at the end of the program; so `work` must own what
/// it uses. It must not throw. Throws std::system_error when the system gives no thread. Thread safe.
///
/// Instead of std::thread::detach, which is broken with mingw-w64's threads (winpthreads 10): measured under Wine 8 on
/// two busy cores, in 8 programs with 2,500 starts each, 4 lost a thread before its first instruction, and when the
/// thread ran before it was let go, detaching crashed against its end. Joining never failed: ended threads are joined
/// at the next start.
void start_background_thread(std::function<void()> work);

}  // namespace wardwatch
