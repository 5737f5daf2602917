// Names below which anybody can register one: too wide a pattern would count everybody's sites as official.
#pragma once

#include <string_view>

namespace wardwatch {

/// True for a top-level domain ("vn"), for the second level under .vn that VNNIC gives out to anybody ("com.vn",
/// "hanoi.vn") and for the common ones of other countries ("co.uk"). "gov.vn" is none: only state bodies get a name
/// there, so that "*.gov.vn" is what it looks like. `host` as ascii_host makes it.
///
/// A short list instead of the Public Suffix List (and libpsl): the patterns are written by this office's
/// administrators, and a host is compared as a whole, so that "hanoi.gov.vn.evil.com" is evil.com without any list.
bool is_public_suffix(std::string_view host);

}  // namespace wardwatch
