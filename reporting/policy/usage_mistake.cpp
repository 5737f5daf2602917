#include "reporting/policy/usage_mistake.h"

#include <string_view>

namespace wardwatch {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string required_vi(const std::string& sentence) {
    constexpr std::string_view end = " is required";
    if (sentence == "A subcommand is required") return "thiếu lệnh con";
    return sentence.ends_with(end) ? "thiếu " + sentence.substr(0, sentence.size() - end.size()) : sentence;
}

std::string vietnamese(const UsageMistake& mistake) {
    const std::string& sentence = mistake.sentence;
    const std::size_t colon = sentence.find(": ");
    const std::string before = sentence.substr(0, colon);
    const std::string after = colon == std::string::npos ? sentence : sentence.substr(colon + 2);
    if (mistake.kind == "RequiredError") return required_vi(sentence);
    // Its kind is the command's name.
    if (sentence.starts_with("The following argument")) return "không có tùy chọn hay đối số " + after;
    if (mistake.kind == "ArgumentMismatch" && sentence.ends_with(" missing")) return before + " thiếu giá trị";
    if (mistake.kind == "ConversionError") return "giá trị không hợp lệ: " + after;
    if (mistake.kind == "ValidationError")
        return replaced(replaced(replaced(sentence, "Value ", ""), " not in range ", " không nằm trong khoảng "),
                        " not in ", " không thuộc ");
    if (mistake.kind == "ExcludesError") return replaced(sentence, " excludes ", " không dùng cùng ");
    if (mistake.kind == "RequiresError") return replaced(sentence, " requires ", " cần có ");
    return sentence;
}

}  // namespace

std::string describe(const UsageMistake& mistake, Language language) {
    const bool vi = language == Language::vi;
    // The parser misses a command before it says that it does not know one.
    if (!mistake.command_given && mistake.kind == "RequiredError") {
        if (mistake.unknown.empty()) return vi ? "thiếu lệnh" : "a command is missing";
        return (vi ? "không có lệnh hay tùy chọn " : "there is no command or option ") + mistake.unknown.front();
    }
    return vi ? vietnamese(mistake) : mistake.sentence;
}

const std::vector<std::pair<std::string, std::string>>& help_words_vi() {
    static const std::vector<std::pair<std::string, std::string>> words = {
        {"Usage", "Cách dùng"},   {"Positionals", "Đối số"},  {"OPTIONS", "TÙY CHỌN"}, {"SUBCOMMAND", "LỆNH"},
        {"SUBCOMMANDS", "LỆNH…"}, {"REQUIRED", "(bắt buộc)"}, {"TEXT", "CHỮ"},         {"INT", "SỐ"}};
    return words;
}

}  // namespace wardwatch
