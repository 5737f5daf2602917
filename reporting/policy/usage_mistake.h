// What a command line's mistake is called, for both programs: their parser, CLI11, speaks English only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reporting/policy/policy.h"

namespace wardwatch {

struct UsageMistake {
    std::string kind;                  ///< CLI11's name of the error: "RequiredError"
    std::string sentence;              ///< CLI11's: "--unit is required"
    bool command_given = false;        ///< a command was recognised
    std::vector<std::string> unknown;  ///< words that the parser knows nothing of
};

/// One line without a full stop. A sentence of CLI11 that is not known here stays English.
std::string describe(const UsageMistake& mistake, Language language);

/// The words of its help, from English: "Usage" → "Cách dùng".
const std::vector<std::pair<std::string, std::string>>& help_words_vi();

/// Has CLI11's help (`app`, a CLI::App whose commands are all there) speak Vietnamese.
template <class App>
void speak_vietnamese(App& app) {
    for (const auto& [english, vietnamese] : help_words_vi()) app.get_formatter()->label(english, vietnamese);
    app.group("Lệnh");
    for (auto* option : app.get_options()) {
        if (option->get_group() == "Options") option->group("Tùy chọn");
    }
    for (auto* command : app.get_subcommands({})) speak_vietnamese(*command);
}

}  // namespace wardwatch
