// Letters and length of a unit's name.
#include "reporting/central/units/names.h"

#include <algorithm>

#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

constexpr std::size_t longest_name = 200;

}  // namespace

std::optional<Text> unit_name_problem(const std::string& name) {
    if (name.empty()) return Text{"tên bị trống", "the name is empty"};
    if (name.size() > longest_name) return Text{"tên dài quá 200 byte", "the name has more than 200 bytes"};
    if (printable(name) != name)
        return Text{"tên có ký tự điều khiển hoặc không phải UTF-8",
                    "the name holds control characters or is no UTF-8"};
    // "/" joins the names of a path, and a number stands for an id.
    if (name.find('/') != std::string::npos) return Text{"tên có dấu \"/\"", "the name holds \"/\""};
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return Text{"tên chỉ là một con số", "the name is a mere number"};
    if (name.front() == ' ' || name.back() == ' ')
        return Text{"tên bắt đầu hoặc kết thúc bằng dấu cách", "the name begins or ends with a space"};
    // In an exported file Excel would run it.
    if (std::string{"=+-@"}.find(name.front()) != std::string::npos)
        return Text{"tên bắt đầu bằng = + - hoặc @, Excel sẽ hiểu là công thức",
                    "the name begins with = + - or @, which Excel takes for a formula"};
    return std::nullopt;
}

}  // namespace wardwatch
