// What both systems do alike: removing the folder.
#include "agent/data_folder/protected_files.h"

#include <chrono>
#include <system_error>
#include <thread>

namespace wardwatch {

// Not remove_all: mingw's goes through junctions. Nothing of ours makes folders in the data folder.
bool remove_folder(const std::filesystem::path& folder) {
    constexpr int attempts = 20;
    std::error_code ignored;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(250));
        std::vector<std::filesystem::path> files;
        for (std::filesystem::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored))
            files.push_back(at->path());
        for (const std::filesystem::path& file : files) std::filesystem::remove(file, ignored);
        std::filesystem::remove(folder, ignored);
        if (!std::filesystem::exists(folder, ignored)) return true;
    }
    return false;
}

}  // namespace wardwatch
