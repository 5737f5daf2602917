// The dashboard's files, compiled in.
#pragma once

#include <span>
#include <string_view>

namespace wardwatch {

struct StaticFile {
    std::string_view path;  ///< "/app.js"
    std::string_view content_type;
    std::string_view bytes;
};

std::span<const StaticFile> static_files();

}  // namespace wardwatch
