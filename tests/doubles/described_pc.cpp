#include "tests/doubles/described_pc.h"

#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace wardwatch::doubles {
namespace {

constexpr const char* file = "C:\\described_pc.json";

nlohmann::json read_description() {
    try {
        std::ifstream stream(file, std::ios::binary);
        if (!stream) throw std::runtime_error("cannot be opened");
        return nlohmann::json::parse(stream);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", file, error.what());
        std::abort();
    }
}

}  // namespace

const nlohmann::json& described_pc() {
    static const nlohmann::json json = read_description();
    return json;
}

std::optional<std::uint32_t> fault(const std::string& call) {
    const nlohmann::json& faults = described_pc().at("faults");
    const auto found = faults.find(call);
    if (found == faults.end()) return std::nullopt;
    if (*found == "hang") Sleep(INFINITE);
    if (*found == "crash") {
        const volatile int* nothing = nullptr;
        return *nothing;
    }
    return found->get<std::uint32_t>();
}

}  // namespace wardwatch::doubles
