// What the operating system is told about this process.
#pragma once

namespace wardwatch {

/// No core dumps, no crash reports: the memory may hold what people saved in their browsers.
void forbid_memory_dumps();

/// The calling thread gives way to everyone else, for processor and disk.
void lower_thread_priority();

/// Ends what lower_thread_priority began, as far as the system allows it.
void restore_thread_priority();

}  // namespace wardwatch
