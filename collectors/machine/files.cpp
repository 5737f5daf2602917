#include "collectors/machine/files.h"

#include "collectors/core/wipe.h"

namespace wardwatch {

SecretBytes::~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this == &other) return *this;
    wipe(bytes_.data(), bytes_.size());
    bytes_ = std::move(other.bytes_);
    return *this;
}

}  // namespace wardwatch
