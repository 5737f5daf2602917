// Who makes room for whom.
#include "reporting/central/http/places.h"

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

bool Places::has_room(const std::string& owner) const {
    const auto from_there = by_owner_.find(owner);
    return here_.size() < limits_.all && (from_there == by_owner_.end() || from_there->second < limits_.of_owner);
}

/// Of the owner when its places are taken, else of all. There is one.
Places::Here::iterator Places::longest_here(const std::string& owner) {
    if (by_owner_[owner] < limits_.of_owner) return here_.begin();
    return std::find_if(here_.begin(), here_.end(), [&](const auto& one) { return one.second.owner == owner; });
}

std::function<void()> Places::remove(Here::iterator one) {
    const auto from_there = by_owner_.find(one->second.owner);
    if (--from_there->second == 0) by_owner_.erase(from_there);
    std::function<void()> make_room = std::move(one->second.make_room);
    here_.erase(one);
    return make_room;
}

Places::Place Places::enter(std::string owner, std::function<void()> make_room, SteadyTime now) {
    Place place;
    std::function<void()> others;
    {
        const std::lock_guard lock{mutex_};
        if (!has_room(owner)) {
            tell_turned_away(owner, now);
            const auto longest = longest_here(owner);
            if (now < longest->second.since + limits_.undisturbed) return place;
            others = remove(longest);
        }
        ++by_owner_[owner];
        here_.emplace(next_, Holder{std::move(owner), now, std::move(make_room)});
        place.places_ = this;
        place.number_ = next_++;
    }
    if (others) others();
    return place;
}

void Places::tell_turned_away(const std::string& owner, SteadyTime now) {
    ++turned_away_;
    if (told_ != SteadyTime{} && now < told_ + told_again_after) return;
    told_ = now;
    if (log_)
        log_("turned away " + std::to_string(turned_away_) + " connections, the last when " + owner + " came: " + why_);
    turned_away_ = 0;
}

void Places::Place::give_back() {
    Places* const places = std::exchange(places_, nullptr);
    if (places == nullptr) return;
    const std::lock_guard lock{places->mutex_};
    const auto here = places->here_.find(number_);
    if (here != places->here_.end()) places->remove(here);
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
