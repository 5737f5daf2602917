// Room at a listener: for how many connections, and for how many bytes of bodies.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace wardwatch {

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 one, which is one customer's.
std::string network_of(const std::string& address);

/// Room for connections, of each owner and in all. Where there is none left, the connection that has been here longest
/// makes some, of the owner's when those are too many, so that those who hold places and say nothing keep out nobody.
/// May be used from any thread. Outlives its places.
class Places {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    struct Limits {
        std::size_t all = 0;
        std::size_t of_owner = 0;
        /// Whoever is here for less than this is left alone, and the newcomer refused: long enough for a handshake and
        /// a request of an honest client on a busy day.
        std::chrono::milliseconds undisturbed{3000};
    };
    /// `log` is told at most once a minute that connections were turned away, and `why`.
    Places(Limits limits, std::string why, std::function<void(const std::string&)> log)
        : limits_(limits), why_(std::move(why)), log_(std::move(log)) {}

    /// One connection's, until it is given back.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept { swap(other); }
        Place& operator=(Place&& other) noexcept {
            swap(other);
            return *this;
        }
        ~Place() { give_back(); }
        explicit operator bool() const { return places_ != nullptr; }
        void give_back();

    private:
        friend class Places;
        void swap(Place& other) noexcept {
            std::swap(places_, other.places_);
            std::swap(number_, other.number_);
        }
        Places* places_ = nullptr;
        std::uint64_t number_ = 0;
    };

    /// Empty when there is no room. `make_room` ends the connection; called at most once, from any thread.
    Place enter(std::string owner, std::function<void()> make_room, SteadyTime now = std::chrono::steady_clock::now());

private:
    struct Holder {
        std::string owner;
        SteadyTime since;
        std::function<void()> make_room;
    };
    using Here = std::map<std::uint64_t, Holder>;

    bool has_room(const std::string& owner) const;
    Here::iterator longest_here(const std::string& owner);
    std::function<void()> remove(Here::iterator one);
    void tell_turned_away(const std::string& owner, SteadyTime now);

    const Limits limits_;
    const std::string why_;
    const std::function<void(const std::string&)> log_;
    std::mutex mutex_;  ///< of the following
    Here here_;         ///< by their numbers: in the order in which they came
    std::uint64_t next_ = 0;
    std::map<std::string, std::size_t> by_owner_;
    std::size_t turned_away_ = 0;
    SteadyTime told_{};
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
