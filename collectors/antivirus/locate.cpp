#include "collectors/antivirus/locate.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace wardwatch {
namespace {

constexpr std::size_t longest_value = 64;

// A text of one or two bytes for each character, read in place. What is not ASCII counts as one foreign character.
class PlainText {
public:
    PlainText(std::span<const std::byte> bytes, std::size_t width) : bytes_(bytes), width_(width) {}

    std::size_t size() const { return bytes_.size() / width_; }
    char operator[](std::size_t i) const {
        const auto low = static_cast<unsigned char>(bytes_[i * width_]);
        const auto high = width_ == 2 ? static_cast<unsigned char>(bytes_[i * width_ + 1]) : 0;
        return high == 0 && low < 0x80 ? static_cast<char>(low) : foreign;
    }
    bool has(std::size_t at, std::string_view wanted) const {
        if (wanted.size() > size() || at > size() - wanted.size()) return false;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if ((*this)[at + i] != wanted[i]) return false;
        }
        return true;
    }
    /// The text's end when it is not there.
    std::size_t find(std::string_view wanted, std::size_t from) const {
        for (std::size_t at = from; at < size(); ++at) {
            if (has(at, wanted)) return at;
        }
        return size();
    }
    std::string copy(std::size_t begin, std::size_t end) const {
        std::string value;
        for (std::size_t i = begin; i < std::min(end, begin + longest_value + 1); ++i) value += (*this)[i];
        return value;
    }

private:
    static constexpr char foreign = '\x1A';
    std::span<const std::byte> bytes_;
    std::size_t width_;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

PlainText plain_text(std::span<const std::byte> bytes) {
    const bool marked = bytes.size() >= 2 && bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xFE};
    const bool wide = marked || (bytes.size() >= 2 && bytes[1] == std::byte{0});
    return {bytes.subspan(marked ? 2 : 0), wide ? std::size_t{2} : std::size_t{1}};
}

// A signed file has other bytes before its XML, so that the root may begin at any byte.
std::optional<PlainText> from_root(std::span<const std::byte> bytes, std::string_view root) {
    const std::string opening = "<" + std::string(root);
    for (const std::size_t width : {std::size_t{2}, std::size_t{1}}) {
        for (std::size_t at = 0; at + opening.size() * width <= bytes.size(); ++at) {
            if (bytes[at] != std::byte{'<'}) continue;
            const PlainText text(bytes.subspan(at), width);
            const char after = text.size() > opening.size() ? text[opening.size()] : 'x';
            if (text.has(0, opening) && (is_blank(after) || after == '>' || after == '/')) return text;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> steps_of(std::string_view path) {
    std::vector<std::string_view> steps;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        steps.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return steps;
}

// Walks over tags and remembers only how deep it is and how many steps of the path led there.
class AttributeFinder {
public:
    AttributeFinder(const PlainText& text, std::string_view path)
        : text_(text), steps_(steps_of(path.substr(0, path.find('@')))), attribute_(path.substr(path.find('@') + 1)) {}

    std::string find() {
        while (found_.empty() && at_ < text_.size()) {
            at_ = text_.find("<", at_);
            if (text_.has(at_, "<!--")) {
                at_ = text_.find("-->", at_);
            } else if (text_.has(at_, "<![CDATA[")) {
                at_ = text_.find("]]>", at_);
            } else if (text_.has(at_, "<?") || text_.has(at_, "<!")) {
                at_ = text_.find(">", at_);
            } else if (text_.has(at_, "</")) {
                leave();
            } else if (at_ < text_.size()) {
                enter();
            }
        }
        return found_;
    }

private:
    void leave() {
        at_ = text_.find(">", at_);
        if (depth_ > 0) --depth_;
        matched_ = std::min(matched_, depth_);
    }

    bool ends_name(std::size_t at) const {
        return at >= text_.size() || is_blank(text_[at]) || text_[at] == '>' || text_[at] == '/' || text_[at] == '=';
    }

    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }

    void enter() {
        const std::size_t name = ++at_;
        const bool on_path = matched_ == depth_ && depth_ < steps_.size() && text_.has(name, steps_[depth_]) &&
                             ends_name(name + steps_[depth_].size());
        ++depth_;
        if (on_path) matched_ = depth_;
        while (!ends_name(at_)) ++at_;
        const bool wanted = on_path && depth_ == steps_.size();
        for (skip_blanks(); at_ < text_.size() && text_[at_] != '>'; skip_blanks()) {
            if (text_.has(at_, "/>")) return leave();
            read_attribute(wanted);
        }
    }

    void read_attribute(bool wanted) {
        const std::size_t name = at_;
        while (!ends_name(at_)) ++at_;
        const bool ours = wanted && at_ - name == attribute_.size() && text_.has(name, attribute_);
        skip_blanks();
        if (at_ >= text_.size() || text_[at_] != '=') {
            if (at_ == name) ++at_;
            return;
        }
        ++at_;
        skip_blanks();
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        if (quote != '"' && quote != '\'') return;
        const std::size_t end = text_.find(std::string_view(&quote, 1), at_ + 1);
        if (ours && end < text_.size() && found_.empty()) found_ = text_.copy(at_ + 1, end);
        at_ = std::min(end + 1, text_.size());
    }

    const PlainText& text_;
    std::vector<std::string_view> steps_;
    std::string_view attribute_;
    std::string found_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t matched_ = 0;
};

std::string after_label(const PlainText& text, std::string_view label) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r' || text[at - 1] == '\x1A';
        if (!begins || !text.has(at, label)) continue;
        std::size_t begin = at + label.size();
        while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
        std::size_t end = begin;
        while (end < text.size() && text[end] != '\r' && text[end] != '\n') ++end;
        return text.copy(begin, end);
    }
    return {};
}

std::string in_brackets(const PlainText& text) {
    const std::size_t begin = text.find("(", 0);
    const std::size_t end = text.find(")", begin);
    return end < text.size() ? text.copy(begin + 1, end) : std::string();
}

using nlohmann::json;

std::vector<const json*> elements_with(const json& array, std::string_view wanted) {
    const std::string member(wanted.substr(0, wanted.find('=')));
    const std::string_view number = wanted.substr(wanted.find('=') + 1);
    std::vector<const json*> all;
    std::vector<const json*> chosen;
    for (const json& element : array) {
        all.push_back(&element);
        const auto found = element.is_object() ? element.find(member) : element.end();
        if (element.is_object() && found != element.end() && found->dump() == number) chosen.push_back(&element);
    }
    return chosen.empty() ? all : chosen;
}

std::vector<std::string> json_values(std::span<const std::byte> bytes, std::string_view path) {
    const char* begin = reinterpret_cast<const char*>(bytes.data());
    const json document = json::parse(begin, begin + bytes.size(), nullptr, false);
    std::vector<const json*> here = {&document};
    for (const std::string_view step : steps_of(path)) {
        std::vector<const json*> next;
        for (const json* value : here) {
            if (step.starts_with('*')) {
                if (value->is_array()) next = elements_with(*value, step.substr(1));
            } else if (value->is_object() && value->contains(std::string(step))) {
                next.push_back(&value->at(std::string(step)));
            }
        }
        here = std::move(next);
    }
    std::vector<std::string> values;
    for (const json* value : here) {
        if (value->is_string()) values.push_back(value->get<std::string>());
        if (value->is_number_integer()) values.push_back(value->dump());
    }
    return values;
}

std::vector<std::string> located(std::span<const std::byte> bytes, Locator locator, std::string_view name) {
    switch (locator) {
        case Locator::whole: {
            const PlainText text = plain_text(bytes);
            return {text.copy(0, text.size())};
        }
        case Locator::brackets:
            return {in_brackets(plain_text(bytes))};
        case Locator::label:
            return {after_label(plain_text(bytes), name)};
        case Locator::attribute: {
            const std::optional<PlainText> text = from_root(bytes, name.substr(0, name.find('/')));
            return {text ? AttributeFinder(*text, name).find() : std::string()};
        }
        case Locator::json:
            return json_values(bytes, name);
    }
    return {};
}

}  // namespace

std::vector<std::string> locate(std::span<const std::byte> text, Locator locator, std::string_view name) {
    std::vector<std::string> values = located(text, locator, name);
    std::erase_if(values, [](const std::string& value) { return value.empty() || value.size() > longest_value; });
    return values;
}

}  // namespace wardwatch
