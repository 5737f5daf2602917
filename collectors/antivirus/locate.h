// Finds one short value in a text: a file's bytes or a registry text. Nothing else of the text is copied, because a
// licence file also holds secrets; only JSON is read as a whole.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

enum class Locator {
    whole,      ///< all of it
    brackets,   ///< what the first round brackets hold
    label,      ///< the rest of the line that begins with `name`
    attribute,  ///< XML, `name` = "ROOT/CHILD/GRANDCHILD@ATTRIBUTE"; bytes before the root are skipped
    json,       ///< `name` = "member/member"; a step "*appid=2" means the array's elements that have it, or else all
};

/// The values in the order of the text, none of them empty or longer than 64 characters; no value when it is not there
/// or the text is not what it should be. Texts are UTF-8 or UTF-16 (little endian). Never throws for what a text holds.
std::vector<std::string> locate(std::span<const std::byte> text, Locator locator, std::string_view name);

}  // namespace wardwatch
