#include "reporting/policy/condition.h"

#include <algorithm>
#include <array>

#include "embedded/reasons.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

Answer known(bool yes) { return {yes ? Truth::yes : Truth::no, {}, forever}; }

Answer negate(Answer answer) {
    if (answer.truth != Truth::unknown) answer.truth = answer.truth == Truth::yes ? Truth::no : Truth::yes;
    return answer;
}

/// `decisive` decides alone: no for `all`, yes for `any`.
Answer combine(const Condition& condition, const Subject& subject, Truth decisive) {
    Answer result = known(decisive == Truth::no);
    Instant holds_until = forever;
    for (const Condition& operand : condition.operands) {
        Answer answer = evaluate(operand, subject);
        if (answer.truth == decisive) return answer;
        holds_until = std::min(holds_until, answer.holds_until);
        if (answer.truth == Truth::unknown && result.truth != Truth::unknown) result = std::move(answer);
    }
    result.holds_until = holds_until;
    return result;
}

/// A date later than now means that a clock was wrong; its age proves nothing.
Answer newer_than(Instant instant, std::int64_t days, Instant now) {
    if (instant > now) return {Truth::unknown, reasons::date_in_future(), std::min(instant, forever)};
    const bool newer = instant >= now - std::chrono::days{days};
    Answer answer = known(newer);
    if (newer) answer.holds_until = std::min(forever, instant + std::chrono::days{days} + std::chrono::seconds{1});
    return answer;
}

Answer later_than_now(Instant instant, Instant now) {
    Answer answer = known(instant > now);
    if (instant > now) answer.holds_until = std::min(instant, forever);
    return answer;
}

Answer compare(const Condition& condition, const Value& value, Instant now) {
    if (const auto* unknown = std::get_if<Unknown>(&value)) return {Truth::unknown, unknown->reason, forever};
    const Answer other_type{Truth::unknown, reasons::another_kind_of_value(), forever};
    switch (condition.op) {
        case Operator::equals:
        case Operator::one_of:
            if (condition.values.front().index() != value.index()) return other_type;
            return known(std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end());
        case Operator::at_least:
        case Operator::at_most: {
            const auto* number = std::get_if<std::int64_t>(&value);
            if (number == nullptr) return other_type;
            const auto limit = std::get<std::int64_t>(condition.values.front());
            return known(condition.op == Operator::at_least ? *number >= limit : *number <= limit);
        }
        case Operator::newer_than_days:
        case Operator::in_future: {
            const auto* instant = std::get_if<Instant>(&value);
            if (instant == nullptr) return other_type;
            if (condition.op == Operator::in_future) return later_than_now(*instant, now);
            return newer_than(*instant, std::get<std::int64_t>(condition.values.front()), now);
        }
        default:
            throw std::logic_error("not a comparison");
    }
}

constexpr std::array<std::pair<std::string_view, Operator>, 9> operator_names{
    {{"all", Operator::all},
     {"any", Operator::any},
     {"not", Operator::negation},
     {"equals", Operator::equals},
     {"one_of", Operator::one_of},
     {"at_least", Operator::at_least},
     {"at_most", Operator::at_most},
     {"newer_than_days", Operator::newer_than_days},
     {"in_future", Operator::in_future}}};

constexpr TextLimits text_limits{1, 200};

Value number_of(const json& value, const std::string& place, const Parameters& parameters) {
    if (!value.is_string()) return integer_of(value, place);
    const std::string name = text_of(value, text_limits, place);
    const auto parameter = name.starts_with('$') ? parameters.find(name.substr(1)) : parameters.end();
    if (parameter == parameters.end())
        throw JsonError(place + ": expected an integer or \"$\" and the name of a parameter");
    return parameter->second;
}

Value value_of(const json& value, const std::string& place, const Parameters& parameters) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_string() && !value.get_ref<const std::string&>().starts_with('$'))
        return text_of(value, text_limits, place);
    return number_of(value, place, parameters);
}

const json& filled_array(const json& value, const std::string& place) {
    if (!value.is_array() || value.empty()) throw JsonError(place + ": expected an array that is not empty");
    return value;
}

void read_operands(Condition& condition, const json& value, const std::string& place, const Parameters& parameters) {
    if (condition.op == Operator::negation) {
        condition.operands.push_back(parse_condition(value, place, parameters));
        return;
    }
    for (const json& operand : filled_array(value, place)) {
        const std::string number = std::to_string(condition.operands.size());
        condition.operands.push_back(parse_condition(operand, place + "[" + number + "]", parameters));
    }
}

void read_values(Condition& condition, const json& value, const std::string& place, const Parameters& parameters) {
    switch (condition.op) {
        case Operator::equals:
            condition.values = {value_of(value, place, parameters)};
            break;
        case Operator::one_of:
            for (const json& one : filled_array(value, place)) {
                condition.values.push_back(value_of(one, place, parameters));
                if (condition.values.back().index() != condition.values.front().index()) {
                    throw JsonError(place + ": expected values of one kind");
                }
            }
            break;
        case Operator::in_future:
            if (value != json(true)) throw JsonError(place + ": expected true (use \"not\" for the opposite)");
            break;
        case Operator::newer_than_days:
            condition.values = {number_of(value, place, parameters)};
            // A century is more than any rule asks for, and no date arithmetic overflows.
            if (const auto days = std::get<std::int64_t>(condition.values.front()); days < 0 || days > 36525) {
                throw JsonError(place + ": expected 0 to 36525 days");
            }
            break;
        default:
            condition.values = {number_of(value, place, parameters)};
    }
}

bool is_instant_operator(Operator op) { return op == Operator::newer_than_days || op == Operator::in_future; }

void read_comparison(Condition& condition, JsonObject& object, const json& value, const std::string& place,
                     const Parameters& parameters) {
    condition.fact = object.text("fact", text_limits);
    condition.of_pc = object.has("of_pc") && object.boolean("of_pc");
    if (holds_instant(condition.fact) != is_instant_operator(condition.op)) {
        throw JsonError(place +
                        ": facts that end in _at, and no others, are compared by newer_than_days and in_future");
    }
    read_values(condition, value, place, parameters);
}

}  // namespace

Answer evaluate(const Condition& condition, const Subject& subject) {
    switch (condition.op) {
        case Operator::all:
            return combine(condition, subject, Truth::no);
        case Operator::any:
            return combine(condition, subject, Truth::yes);
        case Operator::negation:
            return negate(evaluate(condition.operands.front(), subject));
        default:
            return compare(condition, subject.facts.value(condition.fact, condition.of_pc ? "" : subject.instance),
                           subject.now);
    }
}

Condition parse_condition(const json& value, const std::string& place, const Parameters& parameters) {
    JsonObject object(value, place);
    Condition condition;
    const json* operand = nullptr;
    std::string operand_place;
    for (const auto& [name, op] : operator_names) {
        if (!object.has(name)) continue;
        if (operand != nullptr) throw JsonError(place + ": more than one operator");
        condition.op = op;
        operand = &object.member(name);
        operand_place = object.place_of(name);
    }
    if (operand == nullptr) throw JsonError(place + ": no operator");
    if (condition.op == Operator::all || condition.op == Operator::any || condition.op == Operator::negation) {
        read_operands(condition, *operand, operand_place, parameters);
    } else {
        read_comparison(condition, object, *operand, operand_place, parameters);
    }
    object.refuse_others();
    return condition;
}

std::set<std::string> facts_of(const Condition& condition) {
    std::set<std::string> facts;
    if (!condition.fact.empty()) facts.insert(condition.fact);
    for (const Condition& operand : condition.operands) facts.merge(facts_of(operand));
    return facts;
}

}  // namespace wardwatch
