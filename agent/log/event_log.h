// Windows' Event Log: what an administrator looks for there. Elsewhere the log file says all of it.
#pragma once

#include <string>
#include <vector>

namespace wardwatch {

/// The closed list; its texts are in event_messages.mc. No event holds a secret, a host or
/// a name of a saved account.
enum class Event {
    started,              ///< version
    stopped,              ///< version
    scanned,              ///< trigger, number of facts, verdict, failed, unknown, passed
    enrolled,             ///< device id
    certificate_renewed,  ///< end of the new one
    centre_unreachable,   ///< hours, problem
    rights_repaired,      ///< what had been loosened
    token_refused,        ///< the centre's sentence
    error,                ///< sentence
};

/// Never throws and never waits: an event that cannot be written is lost, the log file has it too. Thread safe.
void write_event(Event event, const std::vector<std::string>& texts) noexcept;

}  // namespace wardwatch
