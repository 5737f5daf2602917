// Clients of a listener that nobody knows yet: how many there may be at once, and how many bytes all bodies may have.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace wardwatch {

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 one, which is one customer's.
std::string network_of(const std::string& address);

/// Counts connections until a handler has known the client (HttpRequest::admitted), by network_of its
/// address. Who is known is not counted, so that an office behind one address has room for all its PCs.
/// May be used from any thread. Outlives its places.
class Strangers {
public:
    struct Limits {
        std::size_t all = 2048;
        std::size_t of_network = 512;
    };
    /// `log` is told at most once a minute that connections were refused.
    Strangers(Limits limits, std::function<void(const std::string&)> log) : limits_(limits), log_(std::move(log)) {}

    /// A stranger's, until it is given back.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept { std::swap(strangers_, other.strangers_), network_.swap(other.network_); }
        Place& operator=(Place&& other) noexcept {
            std::swap(strangers_, other.strangers_);
            network_.swap(other.network_);
            return *this;
        }
        ~Place() { give_back(); }
        explicit operator bool() const { return strangers_ != nullptr; }
        void give_back();

    private:
        friend class Strangers;
        Strangers* strangers_ = nullptr;
        std::string network_;
    };

    /// Empty when there is no room.
    Place enter(const std::string& address);

private:
    void tell_refused(const std::string& address);

    const Limits limits_;
    const std::function<void(const std::string&)> log_;
    std::mutex mutex_;  ///< of the following
    std::size_t all_ = 0;
    std::map<std::string, std::size_t> by_network_;
    std::size_t refused_ = 0;
    std::chrono::steady_clock::time_point told_{};
};

/// Bytes of bodies that are being read or answered, of all connections. May be used from any thread.
class BodyBudget {
public:
    explicit BodyBudget(std::size_t bytes) : left_(bytes) {}

    /// Part of the budget, until it goes.
    class Share {
    public:
        Share() = default;
        Share(Share&& other) noexcept { swap(other); }
        Share& operator=(Share&& other) noexcept {
            swap(other);
            return *this;
        }
        ~Share() {
            if (budget_ != nullptr) budget_->left_ += bytes_;
        }

    private:
        friend class BodyBudget;
        void swap(Share& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(bytes_, other.bytes_);
        }
        BodyBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

    /// Whether there were so many left; then they are `share`'s.
    bool take(std::size_t bytes, Share& share);

private:
    std::atomic<std::size_t> left_;
};

}  // namespace wardwatch
