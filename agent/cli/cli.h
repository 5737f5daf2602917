// The command line: `wardwatch scan|check|status|enroll|facts|notice|service`.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// What the verbs return; docs/agent.md lists them.
enum class Exit : int { ok = 0, not_compliant = 1, could_not_tell = 2, usage = 3, failure = 4 };

/// What every verb knows.
struct Invocation {
    std::filesystem::path data;
    Language language = Language::vi;
    bool json = false;
    Instant now;

    std::string say(const char* vi, const char* en) const { return language == Language::vi ? vi : en; }
};

/// Wrong arguments: exit 3.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ScanArguments {
    std::string root;
    std::vector<std::string> only;
    bool send = false;
    bool wait = false;     ///< ask the service or fail; the default when one runs
    bool no_wait = false;  ///< ask the service, print the number of the scan
    bool here = false;     ///< in this process, whether a service runs or not
};
struct CheckArguments {
    std::string policy;  ///< file; empty: the built-in one
    std::string report;  ///< file, "-" for standard input; empty: this PC, now
    std::string html;    ///< file for the page, "-" for standard output; empty: no page
    bool all = false;    ///< what passes, too
};
struct EnrolArguments {
    std::string url;
    std::string token;  ///< "-": from standard input
    std::string token_file;
    std::string ca_sha256;
};

struct ServiceArguments {
    std::string action;
    std::string token;       ///< configure: for the enrolment that the service makes by itself
    bool keep_data = false;  ///< purge: only the token that waits
    bool only_new = false;   ///< purge: the data folder only when this installation made it
};

/// What `service run` does with the data folder; it ends the process.
using RunService = void (*)(const std::filesystem::path& data);

// The verbs. What they throw is told to the user as a failure (UsageError: wrong arguments).
Exit verb_scan(const Invocation& invocation, const ScanArguments& arguments);
Exit verb_check(const Invocation& invocation, const CheckArguments& arguments);
Exit verb_status(const Invocation& invocation);
Exit verb_settings(const Invocation& invocation);  ///< `status --settings`
Exit verb_enroll(const Invocation& invocation, const EnrolArguments& arguments);
Exit verb_facts(const Invocation& invocation);
Exit verb_notice(const Invocation& invocation);
Exit verb_service(const Invocation& invocation, const ServiceArguments& arguments, RunService run);

/// `arguments` in UTF-8, without the program's name. Returns the exit code.
int run_cli(std::vector<std::string> arguments, RunService run);

}  // namespace wardwatch
