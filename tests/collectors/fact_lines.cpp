#include "tests/collectors/fact_lines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace wardwatch {
namespace {

struct ToJson {
    nlohmann::ordered_json operator()(Instant instant) const { return format_instant(instant); }
    nlohmann::ordered_json operator()(const Unknown& unknown) const { return sentence_of(unknown.reason); }
    template <class Plain>
    nlohmann::ordered_json operator()(const Plain& plain) const {
        return plain;
    }
};

std::multiset<std::string> lines_of(const std::string& text) {
    std::multiset<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with(',')) line.pop_back();
        lines.insert(line);
    }
    return lines;
}

}  // namespace

std::string fact_line(const Fact& fact) {
    nlohmann::ordered_json json;
    json["id"] = fact.id;
    json["instance"] = fact.instance;
    json[is_unknown(fact.value) ? "unknown" : "value"] = std::visit(ToJson{}, fact.value);
    json["source"] = fact.source;
    return json.dump();
}

std::string report_text(const Facts& facts) {
    std::string text = "[";
    for (const Fact& fact : facts) text += (text == "[" ? "\n  " : ",\n  ") + fact_line(fact);
    return text + "\n]\n";
}

std::string difference(const std::string& expected, const std::string& actual) {
    const std::multiset<std::string> wanted = lines_of(expected);
    const std::multiset<std::string> got = lines_of(actual);
    std::string text;
    const auto only_in = [&](const char* sign, const std::multiset<std::string>& a,
                             const std::multiset<std::string>& b) {
        std::vector<std::string> lines;
        std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(lines));
        for (const std::string& line : lines) text += sign + line + "\n";
    };
    only_in("- ", wanted, got);
    only_in("+ ", got, wanted);
    if (text.empty() && expected != actual) text = "the same lines in another order\n";
    return text;
}

}  // namespace wardwatch
