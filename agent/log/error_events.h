// What the log calls an error is an event, too.
#pragma once

#include <spdlog/sinks/sink.h>

#include <memory>

namespace wardwatch {

/// Turns lines of level error into Event::error, the same line at most once an hour. Thread safe.
spdlog::sink_ptr make_error_event_sink();

}  // namespace wardwatch
