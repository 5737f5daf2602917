// Who hears what, and the thread that listens to a server.
#include "reporting/central/sql/news.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/pool.h"

namespace wardwatch::sql {

namespace {

/// How long the end of the thread may take.
constexpr std::chrono::milliseconds look_up{250};
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5000};

/// Half of it to all of it: many centres that lost the same server do not come back in one moment.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause) {
    static thread_local std::minstd_rand dice{std::random_device{}()};
    return std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{pause.count() / 2, pause.count()}(dice)};
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

void NewsBoard::deliver(std::string_view topic, std::string_view text) noexcept {
    const std::shared_lock lock{mutex_};
    for (const Ear& ear : ears_) {
        if (ear.topic != topic) continue;
        try {
            ear.heard(text);
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch) it looks again by itself
        }
    }
}

void NewsBoard::deliver_all() noexcept {
    const std::shared_lock lock{mutex_};
    for (const Ear& ear : ears_) {
        try {
            ear.heard("");
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch) it looks again by itself
        }
    }
}

Subscription::Subscription(const Database& database, std::string topic, NewsBoard::Heard heard)
    : board_(database.news_board()) {
    const std::unique_lock lock{board_->mutex_};
    ear_ = board_->ears_.insert(board_->ears_.end(), {std::move(topic), std::move(heard)});
}

Subscription::~Subscription() {
    const std::unique_lock lock{board_->mutex_};
    board_->ears_.erase(ear_);
}

NewsFromOthers::NewsFromOthers(const Database& database, Log log) : database_(database), log_(std::move(log)) {
    if (database.source().is_server()) thread_ = std::thread{[this] { work(); }};
}

NewsFromOthers::~NewsFromOthers() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool NewsFromOthers::over() {
    const std::lock_guard lock{mutex_};
    return over_;
}

void NewsFromOthers::work() {
    while (!over()) {
        try {
            listen();
        } catch (const std::exception& error) {
            if (!std::exchange(away_, true)) log_(std::string{"the database is away: "} + error.what());
        }
        pause_ = std::clamp(2 * pause_, first_pause, longest_pause);
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, with_jitter(pause_), [&] { return over_; });
    }
}

void NewsFromOthers::listen() {
    const std::unique_ptr<Listener> listener = database_.listener();
    if (std::exchange(away_, false)) log_("the database is back");
    pause_ = std::chrono::milliseconds{0};
    database_.news_board()->deliver_all();
    while (!over()) {
        for (const Told& told : listener->heard(look_up)) database_.news_board()->deliver(told.topic, told.text);
    }
}

}  // namespace wardwatch::sql
