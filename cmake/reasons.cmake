# Run as a script: makes C++ of the table of reasons (collectors/core/reasons.json): a function for each code, which
# takes the code's parameters, and the list of all English sentences.
file(READ "${FILE}" table)
string(JSON count LENGTH "${table}")
math(EXPR last "${count} - 1")
set(functions "")
set(sentences "")
foreach(at RANGE ${last})
    string(JSON code MEMBER "${table}" ${at})
    string(JSON sentence GET "${table}" ${code} reason)
    string(REPLACE "\\" "\\\\" literal "${sentence}")
    string(REPLACE "\"" "\\\"" literal "${literal}")
    string(APPEND sentences "    {\"${code}\", \"${literal}\"},\n")
    string(REGEX MATCHALL "{[a-z_]+}" names "${sentence}")
    set(takes "")
    set(gives "")
    foreach(name IN LISTS names)
        string(REGEX REPLACE "[{}]" "" name "${name}")
        list(APPEND takes "Said ${name}")
        list(APPEND gives "{\"${name}\", std::move(${name}.reason)}")
    endforeach()
    list(JOIN takes ", " takes)
    list(JOIN gives ", " gives)
    string(APPEND functions "/// ${sentence}\n"
        "inline Reason ${code}(${takes}) { return {\"${code}\", {${gives}}, {}}; }\n")
endforeach()
file(WRITE "${OUTPUT}" "#pragma once

#include <string_view>
#include <utility>

#include \"collectors/core/reason.h\"

namespace wardwatch {

struct ReasonSentence {
    std::string_view code;
    std::string_view sentence;  ///< with {parameters}
};
inline constexpr ReasonSentence reason_sentences[] = {
${sentences}};

namespace reasons {
${functions}}  // namespace reasons
}  // namespace wardwatch
")
