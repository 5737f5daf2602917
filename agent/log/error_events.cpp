// The log's errors as events, each line at most once an hour.
#include "agent/log/error_events.h"

#include <spdlog/sinks/base_sink.h>

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "agent/log/event_log.h"

namespace wardwatch {
namespace {

// Nor does a PC whose disk is full fill its Event Log with ever different lines.
constexpr std::size_t most_lines_an_hour = 20;

class ErrorEvents final : public spdlog::sinks::base_sink<std::mutex> {
public:
    ErrorEvents() { set_level(spdlog::level::err); }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const auto now = std::chrono::steady_clock::now();
        std::erase_if(written_, [now](const auto& line) { return now - line.second >= std::chrono::hours(1); });
        if (written_.size() >= most_lines_an_hour) return;
        std::string line(message.payload.data(), message.payload.size());
        if (written_.emplace(line, now).second) write_event(Event::error, {line});
    }
    void flush_() override {}

private:
    std::map<std::string, std::chrono::steady_clock::time_point> written_;
};

}  // namespace

spdlog::sink_ptr make_error_event_sink() { return std::make_shared<ErrorEvents>(); }

}  // namespace wardwatch
