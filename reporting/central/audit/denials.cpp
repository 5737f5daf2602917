// Refusals by who, from where and why, a minute at a time.
#include "reporting/central/audit/denials.h"

namespace wardwatch {

bool is_denial(const ApiError& error, const Person& person) {
    switch (error.status) {
        case 401:
            return error.code != "wrong_login" && error.code != "wrong_code" && error.code != "code_needed";
        case 403:
            return true;
        case 404:
            // To somebody who sees a part, what is elsewhere does not exist.
            return person.unit_id.has_value();
        case 429:
            return error.code == "too_many_attempts";
        default:
            return error.code == "device_known";  // an enrolment
    }
}

Denials::~Denials() { write_all(gathered_); }

void Denials::add(const Denial& denial) {
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        Kind kind{denial.actor, denial.address, denial.code};
        // Addresses are what a flood has many of.
        if (!gathered_.contains(kind) && gathered_.size() >= most_kinds) kind = {"", "", "many"};
        const auto [entry, is_new] = gathered_.try_emplace(kind, Gathered{denial, 0});
        if (!is_new) ++entry->second.more;
        first = is_new;
        if (is_new && std::get<2>(kind) == "many") entry->second.first = {denial.at, "", "", "", "many"};
    }
    if (first) write(denial, 0);
}

void Denials::write_due(Instant now) {
    std::map<Kind, Gathered> over;
    {
        const std::lock_guard lock{mutex_};
        for (auto entry = gathered_.begin(); entry != gathered_.end();) {
            const Instant began = entry->second.first.at;
            const bool ended = now - began >= window || now < began;
            if (ended)
                over.insert(gathered_.extract(entry++));
            else
                ++entry;
        }
    }
    write_all(over);
}

void Denials::write_all(const std::map<Kind, Gathered>& over) {
    for (const auto& [kind, gathered] : over) {
        if (gathered.more > 0) write(gathered.first, gathered.more);
    }
}

void Denials::write(const Denial& denial, std::int64_t more) {
    try {
        const std::string counted = more == 0 ? "" : " and " + std::to_string(more) + " more within a minute";
        AuditLog{database_}.append(
            {0, denial.at, denial.actor, denial.address, "denied", denial.subject, denial.code + counted});
    } catch (const std::exception& error) {
        log_(std::string{"a denial could not be recorded: "} + error.what());
    }
}

}  // namespace wardwatch
