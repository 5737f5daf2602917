// Buffers that netapi32 allocates. Include only in collectors/windows.
#pragma once

#include <windows.h>

#include <lm.h>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

struct NetBufferTraits {
    static BYTE* none() { return nullptr; }
    static void release(BYTE* buffer) noexcept { NetApiBufferFree(buffer); }
};
using UniqueNetBuffer = UniqueResource<BYTE*, NetBufferTraits>;

/// The buffer as the array of records that the call promised. netapi32 allocates with the alignment of any type.
template <class Record>
const Record* records_in(const UniqueNetBuffer& buffer) {
    return static_cast<const Record*>(static_cast<const void*>(buffer.get()));
}

}  // namespace wardwatch
