// What the doubles answer: a JSON file on drive C, written by tests/end_to_end/described_pc.py.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace wardwatch::doubles {

/// The file, as it is now; what an earlier call gave stays. Without it the program ends with a sentence on standard
/// error: a double without a description would answer "nothing", which is an answer.
const nlohmann::json& described_pc();

/// Goes up whenever the file is replaced.
std::size_t version_of_description();

/// The code with which `call` fails here, if it does. A call that hangs never returns from this function; one that
/// crashes reads through a null pointer; "fail_fast" ends the program at once. `call` is named as in the reasons of the
/// product: "NetUserEnum".
std::optional<std::uint32_t> fault(const std::string& call);

}  // namespace wardwatch::doubles
