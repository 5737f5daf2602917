// `wardwatch notice`: what the people who use this PC must know of it.
#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "reporting/policy/notice.h"

namespace wardwatch {

Exit verb_notice(const Invocation& invocation) {
    const std::string text{staff_notice(invocation.language)};
    // Who may not read the settings sees the notice all the same.
    const std::string centre = load_config(invocation.data).config.collector_url;
    if (invocation.json) {
        const nlohmann::json all = {{"language", invocation.say("vi", "en")},
                                    {"text", text},
                                    {"collector_url", centre.empty() ? nlohmann::json() : nlohmann::json(centre)}};
        print(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
        return Exit::ok;
    }
    print(text);
    if (!centre.empty())
        print("\n" + invocation.say("Trung tâm của máy này: ", "The centre of this PC: ") + centre + "\n");
    return Exit::ok;
}

}  // namespace wardwatch
