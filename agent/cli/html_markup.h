// Pieces of the HTML page of `check --html`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// The page's style sheet.
std::string_view page_style();

/// Text that is no markup: characters that HTML gives a meaning are escaped, control characters replaced.
std::string escaped(std::string_view text);

/// `tag` may have attributes: `p class="counts"`. `content` is markup already.
std::string element(std::string_view tag, const std::string& content);

/// A row of a table of two columns: a name, which is escaped, and markup.
std::string field(const std::string& name, const std::string& markup);
/// A table of such rows.
std::string fields(const std::string& rows);

/// The heading of a table's columns.
std::string head_row(const std::vector<std::string>& names);

}  // namespace wardwatch
