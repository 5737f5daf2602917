// The answers, by question; which class a question is about.
#include "agent/scan/wmi_memory.h"

#include <algorithm>
#include <sstream>

#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

// "SELECT … FROM Class WHERE …"
std::string class_of(std::string_view wql) {
    std::istringstream words{std::string(wql)};
    std::string word;
    while (words >> word)
        if (word == "FROM" && words >> word) return word;
    return {};
}

}  // namespace

void WmiMemory::keep(const Question& question, const Answer& answer) {
    const std::lock_guard lock(mutex_);
    answers_.insert_or_assign(question, answer);
}

std::optional<std::vector<WmiRow>> WmiMemory::answer(const Question& question) const {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(question);
    if (found == answers_.end()) return std::nullopt;
    if (const Reason* reason = std::get_if<Reason>(&found->second)) throw PortError(*reason);
    return std::get<std::vector<WmiRow>>(found->second);
}

bool RememberingWmi::stands(std::string_view wql) const {
    return std::ranges::find(standing_, class_of(wql)) != standing_.end();
}

std::vector<WmiRow> RememberingWmi::query(std::string_view name_space, std::string_view wql,
                                          std::chrono::seconds limit) const {
    const WmiMemory::Question question{name_space, wql};
    if (stands(wql)) {
        if (auto kept = memory_.answer(question)) return *std::move(kept);
    }
    try {
        std::vector<WmiRow> rows = wmi_.query(name_space, wql, limit);
        memory_.keep(question, rows);
        return rows;
    } catch (const PortError& error) {
        memory_.keep(question, error.reason());
        throw;
    }
}

}  // namespace wardwatch
