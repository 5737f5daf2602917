// The queue, and the thread that empties it into the database.
#include "reporting/central/intake/arrival_queue.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace wardwatch {

namespace {

constexpr std::size_t most_bytes_waiting = 64u << 20;
/// Of one transaction: whoever else wants to write waits as long as this takes.
constexpr std::size_t most_reports_together = 100;
constexpr std::chrono::seconds contacts_wait{2};

}  // namespace

void ArrivalQueue::Ticket::wake_with(std::function<void()> wake) {
    const std::lock_guard lock{mutex_};
    if (arrived_) return wake();
    wake_ = std::move(wake);
}

void ArrivalQueue::Ticket::forget_wake() {
    const std::lock_guard lock{mutex_};
    wake_ = nullptr;
}

ReportOutcome ArrivalQueue::Ticket::outcome() {
    std::unique_lock lock{mutex_};
    settled_.wait(lock, [&] { return arrived_.has_value(); });
    if (const auto* failure = std::get_if<std::exception_ptr>(&*arrived_)) std::rethrow_exception(*failure);
    return std::get<ReportOutcome>(*arrived_);
}

void ArrivalQueue::Ticket::settle(const Arrived& arrived) {
    const std::lock_guard lock{mutex_};
    arrived_ = arrived;
    settled_.notify_all();
    if (wake_) wake_();
}

ArrivalQueue::ArrivalQueue(sql::Database database, Log log)
    : database_(std::move(database)), log_(std::move(log)), thread_([this] { work(); }) {}

ArrivalQueue::~ArrivalQueue() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

std::shared_ptr<ArrivalQueue::Ticket> ArrivalQueue::add(Arrival arrival) {
    auto ticket = std::make_shared<Ticket>();
    {
        const std::lock_guard lock{mutex_};
        if (bytes_ + arrival.report.body.size() > most_bytes_waiting) return nullptr;
        bytes_ += arrival.report.body.size();
        waiting_.arrivals.push_back(std::move(arrival));
        waiting_.tickets.push_back(ticket);
    }
    wake_.notify_all();
    return ticket;
}

void ArrivalQueue::add_contact(const std::string& device_id, Contact contact, Instant at) {
    const std::lock_guard lock{mutex_};
    std::vector<ContactAt>& contacts = waiting_.contacts;
    const auto [last, first] = last_contacts_.try_emplace(device_id, contacts.size());
    // One that says the same again takes the other's place. Facts that were confirmed in between stay confirmed.
    if (!first && contacts[last->second].contact.facts_hash == contact.facts_hash) {
        contacts[last->second] = {device_id, std::move(contact), at};
        return;
    }
    last->second = contacts.size();
    contacts.push_back({device_id, std::move(contact), at});
}

void ArrivalQueue::add_delivery(CommandDelivery delivery) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.deliveries.push_back(std::move(delivery));
    }
    wake_.notify_all();
}

ArrivalQueue::Taken ArrivalQueue::take(bool& over) {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, contacts_wait,
                   [&] { return over_ || !waiting_.arrivals.empty() || !waiting_.deliveries.empty(); });
    over = over_ && waiting_.arrivals.size() <= most_reports_together;
    Taken taken;
    taken.contacts = std::exchange(waiting_.contacts, {});
    taken.deliveries = std::exchange(waiting_.deliveries, {});
    last_contacts_.clear();
    const auto count =
        static_cast<std::ptrdiff_t>(std::min<std::size_t>(waiting_.arrivals.size(), most_reports_together));
    const auto move_first = [count](auto& from, auto& into) {
        into.assign(std::make_move_iterator(from.begin()), std::make_move_iterator(from.begin() + count));
        from.erase(from.begin(), from.begin() + count);
    };
    move_first(waiting_.arrivals, taken.arrivals);
    move_first(waiting_.tickets, taken.tickets);
    for (const Arrival& arrival : taken.arrivals) bytes_ -= arrival.report.body.size();
    return taken;
}

void ArrivalQueue::store(const Taken& taken) {
    try {
        const std::vector<ReportOutcome> outcomes =
            Arrivals{database_}.add_all(taken.arrivals, taken.contacts, taken.deliveries);
        for (std::size_t each = 0; each < outcomes.size(); ++each) taken.tickets[each]->settle(outcomes[each]);
    } catch (const std::exception&) {
        store_each(taken);  // what cannot be stored keeps nothing else from it
    }
}

void ArrivalQueue::store_each(const Taken& taken) {
    for (std::size_t each = 0; each < taken.arrivals.size(); ++each) {
        try {
            taken.tickets[each]->settle(
                Arrivals{database_}.add(taken.arrivals[each].report, taken.arrivals[each].judgement));
        } catch (const std::exception&) {
            taken.tickets[each]->settle(std::current_exception());
        }
    }
    try {
        Arrivals{database_}.add_all({}, taken.contacts, taken.deliveries);
    } catch (const std::exception& failure) {
        log_(std::string{"last contacts of PCs, or what they were handed, could not be written: "} + failure.what());
    }
}

void ArrivalQueue::work() {
    for (bool over = false; !over;) {
        const Taken taken = take(over);
        if (!taken.empty()) store(taken);
    }
}

}  // namespace wardwatch
