// SQLite's share of collectors/core/wipe.h.
#pragma once

namespace wardwatch {

/// Makes SQLite overwrite all memory that it frees, in this whole process. Must run before SQLite's first use, so call
/// it first in main; again is harmless. False when SQLite was in use already: then its memory is not overwritten.
bool wipe_sqlite_memory_on_free() noexcept;

}  // namespace wardwatch
