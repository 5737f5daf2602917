// How members of the configuration file are read. What is wrong with one is a JsonError that names its place and says
// what to write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reporting/wire/strict_json.h"

namespace wardwatch::members {

[[noreturn]] void wrong(const std::string& place, const std::string& what);
std::int64_t number(JsonObject& object, const char* name, std::int64_t least, std::int64_t most);
std::string word(JsonObject& object, const char* name, const std::vector<std::string>& words);
/// A whole path.
std::filesystem::path file_path(JsonObject& object, const char* name);
std::vector<std::string> texts(JsonObject& object, const char* name);

}  // namespace wardwatch::members
