// A folder of its own for one test, with a Vietnamese name, removed at the end.
#pragma once

#include <filesystem>
#include <random>
#include <string>

namespace wardwatch {

struct TemporaryFolder {
    std::filesystem::path path;

    TemporaryFolder()
        : path(std::filesystem::temp_directory_path() / std::filesystem::path(u8"wardwatch-kiểm thử") /
               std::to_string(std::random_device{}())) {
        std::filesystem::create_directories(path);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

}  // namespace wardwatch
