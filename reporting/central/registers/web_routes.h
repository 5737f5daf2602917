// What the routes of registers, licences and exports share.
#pragma once

#include <string>
#include <string_view>

#include "reporting/central/api/routes.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// "true" or "false" (also when it is not there); 400 bad_request otherwise.
bool query_flag(const Call& call, std::string_view name);
/// ?lang=vi (also when it is not there) or en; 400 bad_request otherwise.
Language query_language(const Call& call);

/// The bytes of a file that is imported: 415 not_csv without Content-Type text/csv, 413 too_large over import_limit.
std::string_view import_body(const Call& call);

/// A file to keep. `name` is plain ASCII.
HttpResponse file_response(const std::string& content_type, const std::string& name, std::string bytes);

}  // namespace wardwatch
