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

Strangers::Place Strangers::enter(const std::string& address) {
    Place place;
    std::string network = network_of(address);
    const std::lock_guard lock{mutex_};
    std::size_t& here = by_network_[network];
    if (all_ >= limits_.all || here >= limits_.of_network) {
        if (here == 0) by_network_.erase(network);
        tell_refused(address);
        return place;
    }
    ++all_;
    ++here;
    place.strangers_ = this;
    place.network_ = std::move(network);
    return place;
}

void Strangers::tell_refused(const std::string& address) {
    ++refused_;
    const auto now = std::chrono::steady_clock::now();
    if (told_.time_since_epoch().count() != 0 && now < told_ + told_again_after) return;
    told_ = now;
    if (log_)
        log_("refused " + std::to_string(refused_) + " connections, the last from " + address +
             ": too many clients at once that are not known");
    refused_ = 0;
}

void Strangers::Place::give_back() {
    Strangers* const strangers = std::exchange(strangers_, nullptr);
    if (strangers == nullptr) return;
    const std::lock_guard lock{strangers->mutex_};
    --strangers->all_;
    const auto here = strangers->by_network_.find(network_);
    if (--here->second == 0) strangers->by_network_.erase(here);
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
