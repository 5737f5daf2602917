#include "reporting/wire/report_json.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <tuple>

#include "embedded/reasons.h"
#include "reporting/wire/reason_json.h"
#include "reporting/wire/report_words.h"
#include "reporting/wire/strict_json.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {
namespace {

using nlohmann::json;

/// Why a value cannot be written under this id; empty when it can.
std::optional<Reason> why_not(const Fact& fact) {
    const auto* instant = std::get_if<Instant>(&fact.value);
    if ((instant != nullptr) != holds_instant(fact.id)) return reasons::value_of_another_kind();
    // A date in a damaged or forged file may lie tens of thousands of years ahead: format_instant needs four digits.
    using namespace std::chrono;
    if (instant != nullptr && (*instant < sys_days{year{0} / 1 / 1} || *instant >= sys_days{year{10000} / 1 / 1})) {
        return reasons::date_out_of_range();
    }
    return std::nullopt;
}

std::optional<Reason> why_unknown(const Fact& fact) {
    const auto* unknown = std::get_if<Unknown>(&fact.value);
    return unknown != nullptr ? unknown->reason : why_not(fact);
}

/// Calls `member(name, value)` for each member of a fact's object, in alphabetical order; a value is a bool, an integer
/// or a text.
template <class Member>
void each_member(const Fact& fact, Member member) {
    member("id", fact.id);
    member("instance", clean_text(fact.instance, max_instance_length));
    if (const std::optional<Reason> reason = why_unknown(fact)) {
        const std::string sentence = clean_text(sentence_of(*reason), max_reason_length);
        return member("unknown", sentence.empty() ? sentence_of(reasons::no_reason()) : sentence);
    }
    member("source", fact.source.empty() ? "unnamed" : clean_text(fact.source, max_word_length));
    if (const auto* flag = std::get_if<bool>(&fact.value)) return member("value", *flag);
    if (const auto* number = std::get_if<std::int64_t>(&fact.value)) return member("value", *number);
    if (const auto* instant = std::get_if<Instant>(&fact.value)) return member("value", format_instant(*instant));
    member("value", clean_text(std::get<std::string>(fact.value), max_text_length));
}

/// Writes JSON as nlohmann's dump() does.
class Writer {
public:
    std::string text;

    void value(bool flag) { text += flag ? "true" : "false"; }
    void value(std::int64_t number) { text += std::to_string(number); }
    void value(std::string_view string) {
        text += '"';
        for (const char c : string) {
            if (c == '"' || c == '\\') text += '\\';
            text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;  // clean_text() leaves none
        }
        text += '"';
    }
    template <class Value>
    void member(std::string_view name, const Value& what) {
        if (text.back() != '{') text += ',';
        text.append("\"").append(name).append("\":");
        value(what);
    }
    void fact(const Fact& what) {
        text += '{';
        each_member(what, [this](std::string_view name, const auto& of_fact) { member(name, of_fact); });
        text += '}';
    }
    template <class List>
    void facts(const List& list) {
        text += '[';
        for (const Fact& one : list) {
            if (text.back() != '[') text += ',';
            fact(one);
        }
        text += ']';
    }
};

Instant instant_of(const json& value, const std::string& place) {
    const std::string text = text_of(value, {0, max_word_length}, place);
    try {
        return parse_instant(text);
    } catch (const std::invalid_argument& error) {
        throw JsonError(place + ": " + error.what());
    }
}

Value value_from_json(const json& value, std::string_view id, const std::string& place) {
    if (holds_instant(id)) return instant_of(value, place);
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return integer_of(value, place);
    if (value.is_string()) return text_of(value, {0, max_text_length}, place);
    throw JsonError(place + ": expected an integer, boolean or text");
}

std::string uuid_of(JsonObject& object, std::string_view name) {
    std::string text = object.text(name, {0, max_word_length});
    if (!is_uuid_word(text)) throw JsonError(object.place_of(name) + ": expected a UUID in lower case");
    return text;
}

std::string id_of(JsonObject& object) {
    std::string id = object.text("id", {1, max_id_length});
    if (!is_fact_id(id)) throw JsonError(object.place_of("id") + ": expected <collector>.<field> in lower case");
    return id;
}

std::string trigger_of(JsonObject& object) {
    std::string trigger = object.text("trigger", {1, max_word_length});
    if (!is_trigger(trigger)) throw JsonError("trigger: expected a word in lower case");
    return trigger;
}

Fact fact_from_json(const json& value, std::int64_t format, const std::string& place) {
    JsonObject object(value, place);
    Fact fact;
    fact.id = id_of(object);
    fact.instance = object.text("instance", {0, max_instance_length});
    if (object.has("value") == object.has("unknown")) throw JsonError(place + ": expected either value or unknown");
    if (object.has("value")) {
        fact.value = value_from_json(object.member("value"), fact.id, object.place_of("value"));
        fact.source = object.text("source", {1, max_word_length});
    } else {
        std::string sentence = object.text("unknown", {1, max_reason_length});
        const bool coded = format >= format_with_reasons && object.has("reason");
        fact.value =
            Unknown{coded ? reason_from_json(object.member("reason"), std::move(sentence), object.place_of("reason"))
                          : in_words(std::move(sentence))};
    }
    object.refuse_others();
    return fact;
}

Facts facts_from_json(const json& array, std::int64_t format) {
    if (!array.is_array()) throw JsonError("facts: expected an array");
    if (array.size() > max_report_facts) {
        throw JsonError("facts: more than " + std::to_string(max_report_facts) + " facts");
    }
    Facts facts;
    facts.reserve(array.size());
    for (const json& fact : array)
        facts.push_back(fact_from_json(fact, format, "facts[" + std::to_string(facts.size()) + "]"));
    return facts;
}

Report read_report(std::string_view text) {
    // Report, facts, fact: three levels. A little more lets the message name the member instead of the depth.
    const json document = parse_strict(text, {max_report_bytes, 3 + max_reason_levels + 2});
    JsonObject object(document, "");
    const std::int64_t format = object.integer("format");
    if (format < 1 || format > newest_report_format)
        throw JsonError("format: this version knows formats 1 to " + std::to_string(newest_report_format) + " only");
    Report report;
    report.report_id = uuid_of(object, "report_id");
    report.device_id = uuid_of(object, "device_id");
    report.agent_version = object.text("agent_version", {1, max_word_length});
    report.trigger = trigger_of(object);
    report.taken_at = instant_of(object.member("taken_at"), "taken_at");
    report.facts = facts_from_json(object.member("facts"), format);
    object.refuse_others();
    return report;
}

}  // namespace

json to_json(const Fact& fact, int format) {
    json object = json::object();
    each_member(fact, [&](const char* name, const auto& value) { object[name] = value; });
    if (format < format_with_reasons) return object;
    if (const std::optional<Reason> reason = why_unknown(fact); reason && !reason->code.empty())
        object["reason"] = reason_to_json(*reason);
    return object;
}

std::string canonical_json(const Fact& fact) {
    Writer writer;
    writer.fact(fact);
    return std::move(writer.text);
}

std::string canonical_json(const Report& report) {
    Writer writer;
    writer.text = "{";
    writer.member("agent_version", report.agent_version);
    writer.member("device_id", report.device_id);
    writer.text += ",\"facts\":";
    writer.facts(report.facts);
    writer.member("format", std::int64_t{1});
    writer.member("report_id", report.report_id);
    writer.member("taken_at", format_instant(report.taken_at));
    writer.member("trigger", report.trigger);
    writer.text += '}';
    return std::move(writer.text);
}

json to_json(const Report& report, int format) {
    json facts = json::array();
    for (const Fact& fact : report.facts) facts.push_back(to_json(fact, format));
    return {{"format", format},
            {"report_id", report.report_id},
            {"device_id", report.device_id},
            {"agent_version", report.agent_version},
            {"trigger", report.trigger},
            {"taken_at", format_instant(report.taken_at)},
            {"facts", std::move(facts)}};
}

Report report_from_json(std::string_view text) {
    try {
        return read_report(text);
    } catch (const JsonError& error) {
        throw WireError(error.what());
    }
}

std::string report_text(const Report& report, int format) {
    std::string text = to_json(report, format).dump();
    return format > 1 && text.size() > max_report_bytes ? to_json(report).dump() : text;
}

std::string report_text_for(const std::string& stored, int format) {
    if (format >= newest_report_format || parse_own(stored).at("format") <= format) return stored;
    return report_text(report_from_json(stored), format);
}

std::string facts_hash(const Facts& facts) {
    std::vector<std::reference_wrapper<const Fact>> ordered{facts.begin(), facts.end()};
    std::stable_sort(ordered.begin(), ordered.end(), [](const Fact& a, const Fact& b) {
        return std::tie(a.id, a.instance) < std::tie(b.id, b.instance);
    });
    Writer writer;
    writer.facts(ordered);
    const std::string& canonical = writer.text;

    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(canonical.data(), canonical.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL could not compute a SHA-256");
    }
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[digest[i] >> 4u];
        hex += digits[digest[i] & 15u];
    }
    return hex;
}

}  // namespace wardwatch
