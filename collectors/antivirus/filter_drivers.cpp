#include "collectors/antivirus/filter_drivers.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "collectors/core/ascii.h"
#include "embedded/filter_drivers_tsv.h"

namespace wardwatch {
namespace {

/// What stands before the next mark, which is taken out with it.
std::string_view cut(std::string_view& text, char mark) {
    const std::size_t end = std::min(text.find(mark), text.size());
    const std::string_view before = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return before;
}

std::vector<FilterDriver> read_list(std::string_view text) {
    std::vector<FilterDriver> drivers;
    while (!text.empty()) {
        std::string_view line = cut(text, '\n');
        if (line.empty() || line.starts_with('#')) continue;
        const std::string_view file = cut(line, '\t');
        const std::string_view altitude = cut(line, '\t');
        drivers.push_back({file, altitude, line});
    }
    return drivers;
}

}  // namespace

std::span<const FilterDriver> listed_filter_drivers() {
    static const std::vector<FilterDriver> drivers = read_list(embedded::filter_drivers_tsv);
    return drivers;
}

std::string_view service_of_driver(std::string_view file) {
    constexpr std::string_view ending = ".sys";
    const bool is_file = file.size() > ending.size() && ascii_lower(file.substr(file.size() - ending.size())) == ending;
    return is_file ? file.substr(0, file.size() - ending.size()) : file;
}

// By what the companies themselves sell under these names. Whoever may scan, too (VMware's, Egnyte's, Teramind's), is
// not among them: then nobody can tell.
bool is_other_driver(std::string_view service) {
    constexpr std::array<std::string_view, 9> others = {
        "brynhildr", "easyanticheat", "easyanticheat_eos", "euimgprt", "liveguardanticheat", "perfectworldanticheatsys",
        "pwprotect", "rsflt",         "seelithium"};
    return std::ranges::find(others, ascii_lower(service)) != others.end();
}

std::string_view company_of_driver(std::string_view service) {
    static const std::map<std::string, std::string_view, std::less<>> companies = [] {
        std::map<std::string, std::string_view, std::less<>> made;
        for (const FilterDriver& driver : listed_filter_drivers()) {
            made.emplace(ascii_lower(service_of_driver(driver.file)), driver.company);
        }
        return made;
    }();
    const auto found = companies.find(ascii_lower(service));
    return found == companies.end() ? std::string_view() : found->second;
}

}  // namespace wardwatch
