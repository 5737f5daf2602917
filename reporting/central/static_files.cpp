#include "reporting/central/static_files.h"

#include <array>

#include "embedded/dashboard_api_js.h"
#include "embedded/dashboard_app_js.h"
#include "embedded/dashboard_device_js.h"
#include "embedded/dashboard_dom_js.h"
#include "embedded/dashboard_icon_svg.h"
#include "embedded/dashboard_index_html.h"
#include "embedded/dashboard_lists_js.h"
#include "embedded/dashboard_style_css.h"
#include "embedded/dashboard_words_js.h"

namespace wardwatch {

std::span<const StaticFile> static_files() {
    using namespace embedded;
    static constexpr std::string_view html = "text/html; charset=utf-8";
    static constexpr std::string_view script = "text/javascript; charset=utf-8";
    // Filled in at the first call: the embedded texts are constants of other files.
    static const std::array files{
        StaticFile{"/", html, dashboard_index_html},
        StaticFile{"/style.css", "text/css; charset=utf-8", dashboard_style_css},
        StaticFile{"/icon.svg", "image/svg+xml", dashboard_icon_svg},
        StaticFile{"/app.js", script, dashboard_app_js},
        StaticFile{"/api.js", script, dashboard_api_js},
        StaticFile{"/device.js", script, dashboard_device_js},
        StaticFile{"/dom.js", script, dashboard_dom_js},
        StaticFile{"/lists.js", script, dashboard_lists_js},
        StaticFile{"/words.js", script, dashboard_words_js},
    };
    return files;
}

}  // namespace wardwatch
