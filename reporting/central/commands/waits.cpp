// The list of those who wait; who rings, and the thread that looks whether nobody rang.
#include "reporting/central/commands/waits.h"
#include "reporting/central/commands/store.h"

#include <optional>

namespace wardwatch {

namespace {

constexpr std::chrono::milliseconds file_interval{250};
constexpr std::chrono::milliseconds server_interval{3000};

}  // namespace

bool CommandWaits::full() const {
    const std::lock_guard lock{mutex_};
    return waiting_.size() >= limit_;
}

std::size_t CommandWaits::count() const {
    const std::lock_guard lock{mutex_};
    return waiting_.size();
}

std::shared_ptr<void> CommandWaits::enter(const std::string& device_id, std::uint64_t rings,
                                          std::function<void()> wake) {
    const auto entry = std::make_shared<Wake>(std::move(wake));
    std::multimap<std::string, std::shared_ptr<Wake>>::iterator place;
    {
        const std::lock_guard lock{mutex_};
        place = waiting_.emplace(device_id, entry);
    }
    entered_.notify_all();
    // Entered first, then looked: a ring in between is seen by one of the two.
    if (rings_ != rings) (*entry)();
    return {nullptr, [this, place](void*) {
                const std::lock_guard lock{mutex_};
                waiting_.erase(place);
            }};
}

void CommandWaits::ring(const std::vector<std::string>& device_ids) {
    if (device_ids.empty()) return;  // or polls that are about to wait would end for nothing
    ++rings_;
    std::vector<std::shared_ptr<Wake>> woken;
    {
        const std::lock_guard lock{mutex_};
        for (const std::string& device_id : device_ids) {
            const auto [first, last] = waiting_.equal_range(device_id);
            for (auto each = first; each != last; ++each) woken.push_back(each->second);
        }
    }
    for (const auto& wake : woken) (*wake)();
}

bool CommandWaits::until_somebody_waits() {
    std::unique_lock lock{mutex_};
    entered_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
    return !stopped_;
}

void CommandWaits::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
    }
    entered_.notify_all();
}

CommandWatch::CommandWatch(const sql::Database& database, CommandWaits& waits, Log log)
    : database_(database),
      waits_(waits),
      log_(std::move(log)),
      news_(database, commands_news, [this](std::string_view device_ids) { ring(device_ids); }),
      thread_([this] { work(); }) {}

CommandWatch::~CommandWatch() {
    waits_.stop();
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void CommandWatch::ring(std::string_view device_ids) {
    waits_.ring(device_ids.empty() ? Commands{database_}.devices_with_queued() : sql::words_of(device_ids));
}

void CommandWatch::work() {
    const std::chrono::milliseconds interval = database_.source().is_server() ? server_interval : file_interval;
    std::optional<std::int64_t> seen;
    while (waits_.until_somebody_waits()) {
        try {
            // Before the question, so that what comes in between is asked for next time.
            const std::int64_t version = database_.version_of_others();
            if (seen != version) waits_.ring(Commands{database_}.devices_with_queued());
            seen = version;
        } catch (const std::exception& error) {
            log_(std::string{"looking for new commands failed: "} + error.what());
        }
        std::unique_lock lock{mutex_};
        if (wake_.wait_for(lock, interval, [&] { return over_; })) return;
    }
}

}  // namespace wardwatch
