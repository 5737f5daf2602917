// The facts of one browser profile, from what its stores hold.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "collectors/core/fact.h"
#include "collectors/credential_stores/chromium_store.h"
#include "collectors/credential_stores/firefox_store.h"
#include "collectors/credential_stores/last_counts.h"

namespace wardwatch {

/// Adds facts `browser_credentials.…` of one instance to a list, which must outlive it.
class ProfileFacts {
public:
    ProfileFacts(Facts& facts, std::string instance)
        : facts_(facts), first_(facts.size()), instance_(std::move(instance)) {}

    void add(const char* field, Value value);
    /// The status, and each count unknown with the status as the reason.
    void add_unreadable(StoreStatus status);
    /// The status and each count unknown.
    void add_unknown(const Unknown& reason);
    void add_chromium(const ChromiumStore& store, bool yandex_store);
    void add_firefox(const FirefoxStore& store);
    /// Where the status is `busy`: each kept count, as it is now or as it was counted last, and since when the oldest
    /// of the latter is known. Comes after the others. Says how many facts these are.
    std::size_t add_last_counts(const LastCounts& counts);

private:
    void add_count(const char* field, StoreStatus status, std::int64_t count);
    void add_all_counts(const Unknown& reason);
    void add_dates(StoreStatus status, const std::optional<Instant>& newest, const OfficialAge& official);
    void add_primary_password(const PrimaryPassword& password);

    const Value* find(std::string_view field) const;

    Facts& facts_;
    std::size_t first_;  ///< of this instance
    std::string instance_;
};

}  // namespace wardwatch
