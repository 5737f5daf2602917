// What PCs send waits here and is stored together: one wait for the disk serves all that came meanwhile.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// One thread that writes. A report's outcome is told when a power cut takes nothing of it back; a contact is written
/// within two seconds, or with the next report: a process that is killed before that loses that it was there, no more.
/// May be used from any thread.
class ArrivalQueue {
public:
    ArrivalQueue(sql::Database database, Log log);
    ~ArrivalQueue();  ///< stores what is left
    ArrivalQueue(const ArrivalQueue&) = delete;
    ArrivalQueue& operator=(const ArrivalQueue&) = delete;

    /// A report that waits to be stored. Storing goes on when nobody holds it any more.
    class Ticket {
    public:
        /// `wake` is called once, from any thread, when outcome() need not wait; at once when that is so already.
        void wake_with(std::function<void()> wake);
        /// From then on wake is not called, and not being called.
        void forget_wake();
        /// Waits for it. Throws DatabaseError and StoreError as Arrivals::add does.
        ReportOutcome outcome();

    private:
        friend class ArrivalQueue;
        using Arrived = std::variant<ReportOutcome, std::exception_ptr>;
        void settle(const Arrived& arrived);

        std::mutex mutex_;
        std::condition_variable settled_;
        std::optional<Arrived> arrived_;
        std::function<void()> wake_;
    };

    /// Nothing when too many bytes wait already: the PC is to come again later.
    std::shared_ptr<Ticket> add(Arrival arrival);
    void add_contact(const std::string& device_id, Contact contact, Instant at);
    /// Written at once, with whatever waits by then.
    void add_delivery(CommandDelivery delivery);

private:
    struct Taken {
        std::vector<Arrival> arrivals;
        std::vector<std::shared_ptr<Ticket>> tickets;
        std::vector<ContactAt> contacts;
        std::vector<CommandDelivery> deliveries;
        bool empty() const { return arrivals.empty() && contacts.empty() && deliveries.empty(); }
    };

    void work();
    Taken take(bool& over);
    void store(const Taken& taken);
    void store_each(const Taken& taken);

    sql::Database database_;
    Log log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::size_t bytes_ = 0;  ///< of the reports that wait
    Taken waiting_;
    std::unordered_map<std::string, std::size_t> last_contacts_;  ///< a PC's last one in waiting_.contacts
    std::thread thread_;
};

}  // namespace wardwatch
