// Who may come in without being known, and for how many bytes there is room.
#include "reporting/central/http/strangers.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace wardwatch {

namespace {

constexpr std::chrono::minutes told_again_after{1};

}  // namespace

std::string network_of(const std::string& address) {
    boost::system::error_code error;
    const auto parsed = boost::asio::ip::make_address(address, error);
    if (error || !parsed.is_v6()) return address;
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return boost::asio::ip::address_v6(bytes).to_string();
}

bool Strangers::has_room(const std::string& network) const {
    const auto from_there = by_network_.find(network);
    return here_.size() < limits_.all && (from_there == by_network_.end() || from_there->second < limits_.of_network);
}

/// Of the network when that is full, else of all. There is one.
Strangers::Here::iterator Strangers::longest_here(const std::string& network) {
    if (by_network_[network] < limits_.of_network) return here_.begin();
    return std::find_if(here_.begin(), here_.end(), [&](const auto& one) { return one.second.network == network; });
}

std::function<void()> Strangers::remove(Here::iterator one) {
    const auto from_there = by_network_.find(one->second.network);
    if (--from_there->second == 0) by_network_.erase(from_there);
    std::function<void()> make_room = std::move(one->second.make_room);
    here_.erase(one);
    return make_room;
}

Strangers::Place Strangers::enter(const std::string& address, std::function<void()> make_room, SteadyTime now) {
    Place place;
    std::string network = network_of(address);
    std::function<void()> others;
    {
        const std::lock_guard lock{mutex_};
        if (!has_room(network)) {
            tell_turned_away(address, now);
            const auto longest = longest_here(network);
            if (now < longest->second.since + limits_.undisturbed) return place;
            others = remove(longest);
        }
        ++by_network_[network];
        here_.emplace(next_, Stranger{std::move(network), now, std::move(make_room)});
        place.strangers_ = this;
        place.number_ = next_++;
    }
    if (others) others();
    return place;
}

void Strangers::tell_turned_away(const std::string& address, SteadyTime now) {
    ++turned_away_;
    if (told_ != SteadyTime{} && now < told_ + told_again_after) return;
    told_ = now;
    if (log_)
        log_("turned away " + std::to_string(turned_away_) + " connections, the last when " + address +
             " came: too many clients at once that are not known");
    turned_away_ = 0;
}

void Strangers::Place::give_back() {
    Strangers* const strangers = std::exchange(strangers_, nullptr);
    if (strangers == nullptr) return;
    const std::lock_guard lock{strangers->mutex_};
    const auto here = strangers->here_.find(number_);
    if (here != strangers->here_.end()) strangers->remove(here);
}

bool BodyBudget::take(std::size_t bytes, Share& share) {
    std::size_t left = left_;
    while (left >= bytes)
        if (left_.compare_exchange_weak(left, left - bytes)) {
            share.budget_ = this;
            share.bytes_ = bytes;
            return true;
        }
    return false;
}

}  // namespace wardwatch
