#include "tests/doubles/described_pc.h"

#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <list>
#include <mutex>

namespace wardwatch::doubles {
namespace {

constexpr const char* file = "C:\\described_pc.json";

struct Descriptions {
    std::mutex mutex;
    std::filesystem::file_time_type written;
    std::list<nlohmann::json> read;  // all of them: objects refer to the one that they were made from
};

// Never destroyed: threads that hang may outlive the program's end.
Descriptions& up_to_date() {
    static auto& descriptions = *new Descriptions;
    try {
        const std::lock_guard lock(descriptions.mutex);
        const auto written = std::filesystem::last_write_time(file);
        if (descriptions.read.empty() || written != descriptions.written) {
            descriptions.written = written;
            std::ifstream stream(file, std::ios::binary);
            descriptions.read.push_back(nlohmann::json::parse(stream));
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", file, error.what());
        std::abort();
    }
    return descriptions;
}

}  // namespace

const nlohmann::json& described_pc() {
    Descriptions& descriptions = up_to_date();
    const std::lock_guard lock(descriptions.mutex);
    return descriptions.read.back();
}

std::size_t version_of_description() {
    Descriptions& descriptions = up_to_date();
    const std::lock_guard lock(descriptions.mutex);
    return descriptions.read.size();
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
    // As Windows ends a program whose heap is damaged: at once, without asking anybody in it.
    if (*found == "fail_fast") TerminateProcess(GetCurrentProcess(), STATUS_STACK_BUFFER_OVERRUN);
    return found->get<std::uint32_t>();
}

}  // namespace wardwatch::doubles
