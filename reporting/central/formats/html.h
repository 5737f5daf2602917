// HTML as text, for pages that the centre writes itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wardwatch::html {

std::string escaped(const std::string& text);
/// What is inside is HTML already. `kind` is its class, or empty.
std::string element(const char* name, const char* kind, const std::string& inside);
std::string number(std::int64_t value);  ///< a cell
std::string text_cell(const std::string& text, const char* kind = "");
std::string headings(const std::vector<std::string>& names);
std::string table_of(const std::string& caption, const std::string& head, const std::string& rows);

}  // namespace wardwatch::html
