#include "reporting/wire/strict_json.h"

#include <limits>
#include <vector>

#include "reporting/wire/utf8.h"

namespace wardwatch {
namespace {

using nlohmann::json;

/// A member's name as it may stand in a message.
std::string in_quotes(std::string_view name) { return "\"" + clean_text(name, 40) + "\""; }

[[noreturn]] void fail(const std::string& place, const std::string& what) {
    throw JsonError(place.empty() ? what : place + ": " + what);
}

/// Follows the parser through the document: where it is, how deep, and which names it has seen.
class Watch final : public nlohmann::json_sax<json> {
public:
    explicit Watch(std::size_t depth) : depth_(depth) {}

    bool null() override { return value(); }
    bool boolean(bool) override { return value(); }
    bool number_integer(json::number_integer_t) override { return value(); }
    bool number_unsigned(json::number_unsigned_t) override { return value(); }
    bool number_float(json::number_float_t, const std::string&) override { return value(); }
    bool string(std::string&) override { return value(); }
    bool binary(json::binary_t&) override { return value(); }
    bool start_object(std::size_t) override { return begin(false); }
    bool start_array(std::size_t) override { return begin(true); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(std::string& name) override {
        open_.back().name.clear();
        if (!open_.back().names.insert(name).second) fail(place(), "member " + in_quotes(name) + " stands twice");
        open_.back().name = name;
        return true;
    }
    // The library's own message repeats bytes of the input, which need not be text.
    bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
        if (dynamic_cast<const json::out_of_range*>(&error) != nullptr)
            throw JsonError("holds a number that no computer can hold");
        throw JsonError("not valid JSON in UTF-8 at byte " + std::to_string(position), position);
    }

private:
    struct Open {
        bool array;
        std::size_t count;
        std::string name;
        std::set<std::string, std::less<>> names;
    };

    bool value() {
        if (!open_.empty() && open_.back().array) ++open_.back().count;
        return true;
    }

    bool begin(bool array) {
        value();
        if (open_.size() == depth_) fail(place(), "more than " + std::to_string(depth_) + " levels deep");
        open_.push_back({array, 0, {}, {}});
        return true;
    }

    bool end() {
        open_.pop_back();
        return true;
    }

    std::string place() const {
        std::string place;
        for (const Open& open : open_) {
            if (open.array) place += "[" + std::to_string(open.count - 1) + "]";
            if (!open.name.empty()) place += (place.empty() ? "" : ".") + clean_text(open.name, 40);
        }
        return place;
    }

    std::size_t depth_;
    std::vector<Open> open_;
};

}  // namespace

json parse_strict(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) throw JsonError("larger than " + std::to_string(limits.bytes) + " bytes");
    // RFC 8259 lets a reader skip the mark; then the same document would have two spellings.
    if (text.starts_with("\xEF\xBB\xBF")) throw JsonError("begins with a byte order mark");
    // Read twice: a parser that asks a callback looks through the whole array after each of its objects
    // (nlohmann 3.11), and twenty thousand facts are allowed.
    Watch watch(limits.depth);
    json::sax_parse(text, &watch);
    return json::parse(text);
}

json parse_own(std::string_view text) { return json::parse(text); }

JsonObject::JsonObject(const json& value, std::string place) : value_(&value), place_(std::move(place)) {
    if (!value.is_object()) fail(place_, "expected an object");
}

bool JsonObject::has(std::string_view name) const { return value_->contains(name); }

const json& JsonObject::member(std::string_view name) {
    const auto found = value_->find(name);
    if (found == value_->end()) fail(place_, "member " + in_quotes(name) + " is missing");
    read_.emplace(name);
    return *found;
}

std::string JsonObject::text(std::string_view name, TextLimits limits) {
    return text_of(member(name), limits, place_of(name));
}

std::int64_t JsonObject::integer(std::string_view name) { return integer_of(member(name), place_of(name)); }

bool JsonObject::boolean(std::string_view name) {
    const json& value = member(name);
    if (!value.is_boolean()) fail(place_of(name), "expected true or false");
    return value.get<bool>();
}

void JsonObject::refuse_others() const {
    for (const auto& [name, ignored] : value_->items()) {
        if (!read_.contains(name)) fail(place_, "unknown member " + in_quotes(name));
    }
}

std::string JsonObject::place_of(std::string_view name) const {
    return (place_.empty() ? "" : place_ + ".") + std::string(name);
}

std::int64_t integer_of(const json& value, const std::string& place) {
    if (!value.is_number_integer()) fail(place, "expected an integer");
    // The library keeps numbers above the signed range as unsigned ones.
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > largest) fail(place, "larger than 64 bits hold");
    return value.get<std::int64_t>();
}

std::string text_of(const json& value, TextLimits limits, const std::string& place) {
    if (!value.is_string()) fail(place, "expected text");
    const std::string& text = value.get_ref<const std::string&>();
    if (has_control_characters(text)) fail(place, "holds a control character");
    const std::size_t length = length_in_characters(text);
    if (length < limits.least) fail(place, "shorter than " + std::to_string(limits.least) + " characters");
    if (length > limits.most) fail(place, "longer than " + std::to_string(limits.most) + " characters");
    return text;
}

}  // namespace wardwatch
