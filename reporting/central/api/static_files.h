// The dashboard's files, compiled in.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reporting/tls/http.h"

namespace wardwatch {

struct StaticFile {
    std::string_view path;  ///< "/app.js"
    std::string_view content_type;
    std::string_view bytes;
    std::string_view gzip;  ///< the same bytes, compressed
    std::string etag;       ///< of the bytes, with its quotation marks
};

std::span<const StaticFile> static_files();

/// The file, compressed for who understands that; 304 for who has it already.
HttpResponse static_response(const StaticFile& file, const HttpRequest& request);

}  // namespace wardwatch
