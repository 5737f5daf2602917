// Each unit under its number, its path and its name, as written and folded.
#include "reporting/central/units/name_index.h"

#include <string_view>

#include "reporting/central/formats/text_fold.h"

namespace wardwatch {

UnitNames::UnitNames(const std::vector<Unit>& units) {
    for (const Unit& unit : units) {
        by_key_["id " + std::to_string(unit.id)].push_back(unit.id);
        // Real wards differ by a diacritic alone (Tân Định, Tấn Định): as it is written comes first.
        by_key_["path " + unit.path].push_back(unit.id);
        by_key_["name " + unit.name].push_back(unit.id);
        by_key_["folded path " + fold_words(unit.path)].push_back(unit.id);
        by_key_["folded name " + fold_words(unit.name)].push_back(unit.id);
    }
}

std::optional<std::int64_t> UnitNames::find(const std::string& text, Text& reason) const {
    std::string path = text;
    for (const std::string_view spaced : {" /", "/ "}) {
        for (std::size_t at = path.find(spaced); at != std::string::npos; at = path.find(spaced))
            path.replace(at, 2, "/");
    }
    for (const std::string& key : {"id " + path, "path " + path, "name " + path, "folded path " + fold_words(path),
                                   "folded name " + fold_words(path)}) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) continue;
        if (found->second.size() == 1) return found->second.front();
        reason = {"có nhiều đơn vị tên \"" + text + "\"; hãy viết cả đường dẫn, như \"Phường A/" + text + "\"",
                  "several units are called \"" + text + "\"; write the path, like \"Phường A/" + text + "\""};
        return std::nullopt;
    }
    reason = {"không có đơn vị \"" + text + "\"; hãy viết đúng tên hoặc đường dẫn như ở trang Đơn vị",
              "there is no unit \"" + text + "\"; write the name or path as on the page of units"};
    return std::nullopt;
}

}  // namespace wardwatch
