// simdjson's reader on demand, which checks what is asked of it and nothing else. So each member is asked, once, and
// whatever is not plain (a name that stands twice or is not known, a member before the id that says of what kind it is,
// a number with two spellings, a length, a control character) is left to the strict reader, which says what is wrong.
#include "reporting/central/formats/report_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

#include "reporting/wire/reason_json.h"
#include "reporting/wire/report_json.h"
#include "reporting/wire/report_words.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

namespace ondemand = simdjson::ondemand;

class NotPlain : public std::exception {};

void require(bool plain) {
    if (!plain) throw NotPlain();
}

std::string text_of(ondemand::value value, std::size_t least, std::size_t most) {
    const std::string_view text = value.get_string();
    require(!has_control_characters(text));
    const std::size_t length = length_in_characters(text);
    require(length >= least && length <= most);
    return std::string{text};
}

std::int64_t integer_of(ondemand::value value) {
    std::string_view written = value.raw_json_token();
    written = written.substr(0, written.find_last_not_of(" \t\r\n") + 1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), number);
    // "-0", "1e2" and "1.0" are others' ways to write one.
    require(error == std::errc{} && end == written.data() + written.size() && std::to_string(number) == written);
    require(value.get_int64().value() == number);
    return number;
}

Instant instant_of(ondemand::value value) { return parse_instant(text_of(value, 0, max_word_length)); }

Value value_of(ondemand::value value, std::string_view id) {
    if (holds_instant(id)) return instant_of(value);
    switch (value.type()) {
        case ondemand::json_type::boolean:
            return value.get_bool().value();
        case ondemand::json_type::number:
            return integer_of(value);
        case ondemand::json_type::string:
            return text_of(value, 0, max_text_length);
        default:
            throw NotPlain();
    }
}

/// Which members an object has had.
class Seen {
public:
    /// Each once.
    void now(unsigned member) {
        require((members_ & (1u << member)) == 0);
        members_ |= 1u << member;
    }
    bool all(unsigned count) const { return members_ == (1u << count) - 1; }

private:
    unsigned members_ = 0;
};

Reason reason_of(ondemand::object object, std::size_t levels) {
    require(levels > 0);
    Reason reason;
    for (auto field : object) {
        std::string name{field.unescaped_key().value()};
        ondemand::value value = field.value();
        if (name == "code") {
            require(reason.code.empty());
            reason.code = text_of(value, 1, max_word_length);
            require(is_reason_word(reason.code));
            continue;
        }
        require(is_reason_word(name) && reason.parameters.size() < max_reason_parameters &&
                std::ranges::find(reason.parameters, name, &NamedReason::name) == reason.parameters.end());
        Reason parameter = value.type() == ondemand::json_type::object ? reason_of(value.get_object(), levels - 1)
                                                                       : in_words(text_of(value, 0, max_reason_length));
        reason.parameters.push_back({std::move(name), std::move(parameter)});
    }
    require(!reason.code.empty());
    return reason;
}

/// `coded` becomes true where there is a reason with a code, which is of format 2.
Fact fact_of(ondemand::object object, bool& coded) {
    Fact fact;
    Seen seen;
    bool known = true;
    Reason reason;
    std::string sentence;
    for (auto field : object) {
        const std::string_view name = field.unescaped_key();
        ondemand::value value = field.value();
        if (name == "id") {
            seen.now(0);
            fact.id = text_of(value, 1, max_id_length);
            require(is_fact_id(fact.id));
        } else if (name == "instance") {
            seen.now(1);
            fact.instance = text_of(value, 0, max_instance_length);
        } else if (name == "source") {
            seen.now(2);
            fact.source = text_of(value, 1, max_word_length);
        } else if (name == "value") {
            seen.now(3);
            require(!fact.id.empty());
            fact.value = value_of(value, fact.id);
        } else if (name == "reason") {
            require(reason.code.empty());
            reason = reason_of(value.get_object(), max_reason_levels);
            coded = true;
        } else {
            require(name == "unknown");
            seen.now(2);
            seen.now(3);
            known = false;
            sentence = text_of(value, 1, max_reason_length);
        }
    }
    require(seen.all(4) && (!known || reason.code.empty()));
    reason.text = std::move(sentence);
    if (!known) fact.value = Unknown{std::move(reason)};
    return fact;
}

Facts facts_of(ondemand::array array, bool& coded) {
    Facts facts;
    for (auto value : array) {
        require(facts.size() < max_report_facts);
        facts.push_back(fact_of(value.get_object(), coded));
    }
    return facts;
}

std::string uuid_of(ondemand::value value) {
    std::string text = text_of(value, 0, max_word_length);
    require(is_uuid_word(text));
    return text;
}

Report report_of(ondemand::object object) {
    Report report;
    Seen seen;
    bool coded = false;
    std::int64_t format = 0;
    for (auto field : object) {
        const std::string_view name = field.unescaped_key();
        ondemand::value value = field.value();
        if (name == "agent_version") {
            seen.now(0);
            report.agent_version = text_of(value, 1, max_word_length);
        } else if (name == "device_id") {
            seen.now(1);
            report.device_id = uuid_of(value);
        } else if (name == "facts") {
            seen.now(2);
            report.facts = facts_of(value.get_array(), coded);
        } else if (name == "format") {
            seen.now(3);
            format = integer_of(value);
            require(format >= 1 && format <= newest_report_format);
        } else if (name == "report_id") {
            seen.now(4);
            report.report_id = uuid_of(value);
        } else if (name == "taken_at") {
            seen.now(5);
            report.taken_at = instant_of(value);
        } else {
            require(name == "trigger");
            seen.now(6);
            report.trigger = text_of(value, 1, max_word_length);
            require(is_trigger(report.trigger));
        }
    }
    require(seen.all(7) && (!coded || format >= format_with_reasons));
    return report;
}

}  // namespace

std::optional<Report> plain_report(std::string_view json) {
    if (json.size() > max_report_bytes || !json.starts_with('{')) return std::nullopt;
    thread_local ondemand::parser parser;
    try {
        const simdjson::padded_string padded{json};
        ondemand::document document = parser.iterate(padded);
        Report report = report_of(document.get_object());
        require(document.current_location().error() == simdjson::OUT_OF_BOUNDS);  // nothing stands behind it
        return report;
    } catch (const simdjson::simdjson_error&) {  // NOLINT(bugprone-empty-catch) the strict reader says what is wrong
    } catch (const NotPlain&) {                  // NOLINT(bugprone-empty-catch)
    } catch (const std::invalid_argument&) {     // NOLINT(bugprone-empty-catch) no instant
    }
    return std::nullopt;
}

Report report_from_agent(std::string_view json) {
    std::optional<Report> plain = plain_report(json);
    return plain ? std::move(*plain) : report_from_json(json);
}

}  // namespace wardwatch
