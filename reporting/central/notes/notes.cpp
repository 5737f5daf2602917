// The rules for what may be written.
#include "reporting/central/notes/notes.h"

#include "reporting/central/sql/error.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

std::string without_outer_space(const std::string& text) {
    constexpr const char* space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

void require_writable(const std::string& name, std::string text, std::size_t longest) {
    if (text.size() > longest)
        throw StoreError("\"" + name + "\" must have at most " + std::to_string(longest) + " bytes; write less.");
    std::erase(text, '\n');
    if (!is_utf8(text) || has_control_characters(text))
        throw StoreError("\"" + name + "\" holds control characters or is not UTF-8; write it anew.");
}

void check_line(const std::string& name, std::optional<std::string>& text, std::size_t longest) {
    if (!text) return;
    text = without_outer_space(*text);
    if (text->find('\n') != std::string::npos) throw StoreError("\"" + name + "\" must be one line.");
    require_writable(name, *text, longest);
}

}  // namespace

CardChange checked_change(CardChange change) {
    if (!change.owner && !change.room && !change.telephone)
        throw StoreError("Say what changes: \"owner\", \"room\" or \"telephone\".");
    check_line("owner", change.owner, longest_owner);
    check_line("room", change.room, longest_room);
    check_line("telephone", change.telephone, longest_telephone);
    return change;
}

std::string checked_note(std::string text) {
    for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) text.erase(at, 1);
    text = without_outer_space(text);
    if (text.empty()) throw StoreError("\"text\" is empty; write something.");
    require_writable("text", text, longest_note);
    return text;
}

std::string members_of(const CardChange& change) {
    std::string members;
    const auto add = [&](const char* name, const std::optional<std::string>& text) {
        if (text) members += (members.empty() ? "" : " ") + std::string{name};
    };
    add("owner", change.owner);
    add("room", change.room);
    add("telephone", change.telephone);
    return members;
}

}  // namespace wardwatch
