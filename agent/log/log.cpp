// The log's files, and how they take each other's place.
#include "agent/log/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <fstream>
#include <mutex>
#include <vector>

namespace wardwatch {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_limit = 1 << 20;
constexpr int file_count = 5;

// spdlog's own rotating sink takes narrow file names, which on Windows cannot say every folder.
class RotatingFile final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit RotatingFile(fs::path folder) : folder_(std::move(folder)) { open(); }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (size_ + line.size() > file_limit) rotate();
        stream_.write(line.data(), static_cast<std::streamsize>(line.size()));
        size_ += line.size();
    }
    void flush_() override { stream_.flush(); }

private:
    fs::path name(int number) const {
        return folder_ / (number == 0 ? "wardwatch.log" : "wardwatch." + std::to_string(number) + ".log");
    }
    void open() {
        stream_.open(name(0), std::ios::app | std::ios::binary);
        std::error_code absent;
        size_ = fs::file_size(name(0), absent);
        if (absent) size_ = 0;
    }
    void rotate() {
        stream_.close();
        stream_.clear();
        std::error_code ignored;  // a log that cannot be renamed grows by another round
        for (int number = file_count - 1; number > 0; --number) fs::rename(name(number - 1), name(number), ignored);
        open();
        if (ignored) size_ = 0;
    }

    fs::path folder_;
    std::ofstream stream_;
    std::uintmax_t size_ = 0;
};

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const fs::path& folder, const std::string& level, bool console) {
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<RotatingFile>(folder)};
    if (console) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto log = std::make_shared<spdlog::logger>("wardwatch", sinks.begin(), sinks.end());
    log->set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc));
    log->set_level(spdlog::level::from_str(level));
    log->flush_on(spdlog::level::info);
    log->set_error_handler([](const std::string&) {});
    return log;
}

std::shared_ptr<spdlog::logger> no_log() { return std::make_shared<spdlog::logger>("none"); }

}  // namespace wardwatch
