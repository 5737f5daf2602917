// HTML as text, for pages that the centre writes itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch::html {

std::string escaped(std::string_view text);
/// What is inside is HTML already. `kind` is its class, or empty.
std::string element(const char* name, const char* kind, const std::string& inside);
std::string number(std::int64_t value);  ///< a cell
std::string text_cell(std::string_view text, const char* kind = "");
std::string headings(const std::vector<std::string>& names);
std::string table_of(const std::string& caption, const std::string& head, const std::string& rows);

}  // namespace wardwatch::html
