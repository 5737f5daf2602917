// Answers of WMI that stand until there is news of them. Activation costs the licensing service seconds, and Defender's
// class is slow on a good day; a browser that writes its files is no news of either.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "collectors/core/reason.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {

/// What each question was answered last, failures too. Thread safe.
class WmiMemory {
public:
    using Question = std::pair<std::string, std::string>;      ///< namespace and query
    using Answer = std::variant<std::vector<WmiRow>, Reason>;  ///< rows, or the reason of the PortError

    void keep(const Question& question, const Answer& answer);
    /// Throws the PortError that was kept. Empty when nothing is.
    std::optional<std::vector<WmiRow>> answer(const Question& question) const;

private:
    mutable std::mutex mutex_;
    std::map<Question, Answer> answers_;
};

/// Asks `wmi` and keeps what it answers, but gives the kept answer for questions about `standing` classes where there
/// is one. The three must outlive it.
class RememberingWmi : public Wmi {
public:
    RememberingWmi(const Wmi& wmi, WmiMemory& memory, const std::vector<std::string>& standing)
        : wmi_(wmi), memory_(memory), standing_(standing) {}
    std::vector<WmiRow> query(std::string_view name_space, std::string_view wql,
                              std::chrono::seconds limit) const override;

private:
    bool stands(std::string_view wql) const;

    const Wmi& wmi_;
    WmiMemory& memory_;
    const std::vector<std::string>& standing_;
};

}  // namespace wardwatch
