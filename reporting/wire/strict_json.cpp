#include "reporting/wire/strict_json.h"

#include <limits>
#include <utility>
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

/// Makes the document of what the parser finds, and knows where it is and how deep.
class Builder final : public nlohmann::json_sax<json> {
public:
    explicit Builder(std::size_t depth) : depth_(depth) {}

    json take() { return std::move(document_); }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(json::number_integer_t value) override { return add(value); }
    bool number_unsigned(json::number_unsigned_t value) override { return add(value); }
    bool number_float(json::number_float_t value, const std::string&) override { return add(value); }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(json::binary_t&) override { return true; }  // JSON has none
    bool start_object(std::size_t) override { return begin(json::object()); }
    bool start_array(std::size_t) override { return begin(json::array()); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(std::string& name) override {
        Open& open = open_.back();
        open.name.clear();
        if (open.value->contains(name)) fail(place(), "member " + in_quotes(name) + " stands twice");
        open.name = std::move(name);
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
        json* value;  ///< stays where it is: what holds it gets nothing more until it is closed
        std::string name;
    };

    json* put(json&& value) {
        if (open_.empty()) return &(document_ = std::move(value));
        const Open& open = open_.back();
        if (open.value->is_object()) return &((*open.value)[open.name] = std::move(value));
        open.value->push_back(std::move(value));
        return &open.value->back();
    }

    template <class Value>
    bool add(Value&& value) {
        put(json(std::forward<Value>(value)));
        return true;
    }

    bool begin(json&& container) {
        json* const put_there = put(std::move(container));
        if (open_.size() == depth_) fail(place(), "more than " + std::to_string(depth_) + " levels deep");
        open_.push_back({put_there, {}});
        return true;
    }

    bool end() {
        open_.pop_back();
        return true;
    }

    std::string place() const {
        std::string place;
        for (const Open& open : open_) {
            if (open.value->is_array()) place += "[" + std::to_string(open.value->size() - 1) + "]";
            if (!open.name.empty()) place += (place.empty() ? "" : ".") + clean_text(open.name, 40);
        }
        return place;
    }

    std::size_t depth_;
    json document_;
    std::vector<Open> open_;
};

}  // namespace

json parse_strict(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) throw JsonError("larger than " + std::to_string(limits.bytes) + " bytes");
    // RFC 8259 lets a reader skip the mark; then the same document would have two spellings.
    if (text.starts_with("\xEF\xBB\xBF")) throw JsonError("begins with a byte order mark");
    // Not by the library's own callback: it looks through the whole array after each of its objects (nlohmann 3.11),
    // and twenty thousand facts are allowed.
    Builder builder(limits.depth);
    json::sax_parse(text, &builder);
    return builder.take();
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
