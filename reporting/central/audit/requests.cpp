// Requests as entries: by what their handlers noted, else by their path, query and body.
#include "reporting/central/audit/requests.h"

#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

/// What a request without a note asked for: its JSON without secrets.
std::string asked_for(nlohmann::json body) {
    constexpr std::size_t longest = 1000;
    if (!body.is_object()) return "";
    for (const char* secret : {"password", "old_password", "new_password", "code", "secret"}) body.erase(secret);
    if (body.empty()) return "";
    return clean_text(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), longest);
}

}  // namespace

// Signing in records itself: it alone knows who it is, or that it is nobody.
std::optional<AuditEntry> entry_of(const Route& route, const Call& call, const AuditNote& note) {
    const bool concerns = route.personal || call.request.method != "GET";
    if (!concerns || route.right == Right::none) return std::nullopt;
    AuditEntry entry{
        0,          call.now, call.person.name, call.request.remote_address, std::string{route.operation}, note.subject,
        note.detail};
    if (entry.subject.empty()) {
        for (const std::string& argument : call.arguments)
            entry.subject += (entry.subject.empty() ? "" : "/") + argument;
    }
    if (entry.detail.empty()) {
        for (const auto& [name, value] : call.query)
            entry.detail += (entry.detail.empty() ? "" : " ") + name + "=" + value;
        const std::string asked = asked_for(note.body);
        entry.detail += (entry.detail.empty() || asked.empty() ? "" : " ") + asked;
    }
    return entry;
}

}  // namespace wardwatch
