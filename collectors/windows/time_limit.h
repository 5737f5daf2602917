// Calls into Windows that may never return. (Nothing here is Windows' own, so that it is tested on both systems.)
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "collectors/machine/machine.h"

namespace wardwatch {

/// There was no answer in time, now or earlier.
class NoAnswer : public PortError {
    using PortError::PortError;
};

/// One per port, as a static object: what hangs, hangs for the whole process. Thread safe.
class TimeLimit {
public:
    /// What `call` returns or throws, from a thread of its own. After `limit` it throws NoAnswer "timed out after N s"
    /// and leaves the thread to itself, so `call` must own what it uses. While such a thread hangs, further calls throw
    /// NoAnswer "an earlier call still hangs" at once: a hanging service costs one thread, not one per scan.
    template <class Call>
    std::invoke_result_t<Call> run(std::chrono::seconds limit, Call call) {
        const auto result = std::make_shared<std::optional<std::invoke_result_t<Call>>>();
        run_for(limit, [result, call = std::move(call)] { result->emplace(call()); });
        return std::move(**result);
    }

private:
    void run_for(std::chrono::seconds limit, std::function<void()> work);

    std::shared_ptr<std::atomic<int>> abandoned_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace wardwatch
