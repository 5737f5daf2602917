// The list of the page's files, and their answers: entity tags and the compressed form.
#include "reporting/central/api/static_files.h"

#include <array>

#include "embedded/dashboard_app_css.h"
#include "embedded/dashboard_app_css_gz.h"
#include "embedded/dashboard_app_js.h"
#include "embedded/dashboard_app_js_gz.h"
#include "embedded/dashboard_icon_svg.h"
#include "embedded/dashboard_icon_svg_gz.h"
#include "embedded/dashboard_index_html.h"
#include "embedded/dashboard_index_html_gz.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

StaticFile static_file(std::string_view path, std::string_view type, std::string_view bytes, std::string_view gzip) {
    return {path, type, bytes, gzip, '"' + sha256_hex(bytes).substr(0, 32) + '"'};
}

/// Whether a header's list names something: browsers write plain lists, `name;q=0` is nobody's.
bool lists(const HttpRequest& request, const char* header, std::string_view name) {
    const auto found = request.headers.find(header);
    return found != request.headers.end() && found->second.find(name) != std::string::npos;
}

}  // namespace

std::span<const StaticFile> static_files() {
    using namespace embedded;
    // Filled in at the first call: the embedded texts are constants of other files.
    static const std::array files{
        static_file("/", "text/html; charset=utf-8", dashboard_index_html, dashboard_index_html_gz),
        static_file("/app.js", "text/javascript; charset=utf-8", dashboard_app_js, dashboard_app_js_gz),
        static_file("/app.css", "text/css; charset=utf-8", dashboard_app_css, dashboard_app_css_gz),
        static_file("/icon.svg", "image/svg+xml", dashboard_icon_svg, dashboard_icon_svg_gz),
    };
    return files;
}

HttpResponse static_response(const StaticFile& file, const HttpRequest& request) {
    HttpResponse response;
    // Asked about at every visit, sent only when it is another than before: an update of the centre shows at once.
    response.headers["Cache-Control"] = "no-cache";
    response.headers["ETag"] = file.etag;
    response.headers["Vary"] = "Accept-Encoding";
    if (lists(request, "If-None-Match", file.etag)) {
        response.status = 304;
        return response;
    }
    response.headers["Content-Type"] = file.content_type;
    if (lists(request, "Accept-Encoding", "gzip")) {
        response.headers["Content-Encoding"] = "gzip";
        response.body = file.gzip;
    } else {
        response.body = file.bytes;
    }
    return response;
}

}  // namespace wardwatch
