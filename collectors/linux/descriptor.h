// A file descriptor as an owned resource.
#pragma once

#include <unistd.h>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

struct DescriptorTraits {
    static int none() { return -1; }
    static void release(int descriptor) noexcept { ::close(descriptor); }
};
using UniqueDescriptor = UniqueResource<int, DescriptorTraits>;

}  // namespace wardwatch
