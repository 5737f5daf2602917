// The agent's packages and who is to have them, in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/core/reason.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

/// A package of the agent that was placed at the centre.
struct Update {
    std::string version;
    std::int64_t size = 0;  ///< bytes
    std::string sha256;     ///< of the whole package
    Instant added_at;
};

/// A version that a unit's PCs are to have.
struct UpdateOffer {
    std::string id;  ///< random UUID; the batch of its commands
    std::string version;
    std::optional<std::int64_t> unit_id;  ///< with the units below it; empty: all PCs
    std::int64_t percent = 100;           ///< of the PCs that are meant
    Instant offered_at;
};

/// May be used from any thread; each function is one transaction.
class Updates {
public:
    explicit Updates(sql::Database database) : database_(std::move(database)) {}

    /// Throws StoreError when the version is there with other content; with the same content nothing changes.
    void add(const Update& update, const std::vector<std::string>& pieces);
    /// Newest version first.
    std::vector<Update> all() const;
    std::optional<std::string> piece(const std::string& version, std::int64_t position) const;
    /// Withdraws its offers, ends what was asked for and forgets the package. False when there is none.
    bool remove(const std::string& version, Instant now);
    /// Takes the place of the offer that was in force for the same unit.
    void add_offer(const UpdateOffer& offer);
    /// Ends the commands that no PC has come for. False when none of this version is in force.
    bool withdraw_offers(const std::string& version, Instant now);
    /// Those in force, oldest first.
    std::vector<UpdateOffer> offers() const;

private:
    sql::Database database_;
};

/// Within the caller's transaction. Offers in force, of a version or for a unit (empty: all PCs).
std::vector<std::string> offers_of_version(const sql::Reader& reader, const std::string& version);
std::vector<std::string> offers_for_unit(const sql::Reader& reader, std::optional<std::int64_t> unit_id);
/// They are offered no longer, and what no PC has come for is ended with this reason. Who has a command may finish it.
void withdraw_offers(sql::Writer& writer, const std::vector<std::string>& ids, const Reason& reason, Instant now);

/// Within the caller's transaction. Where both units have an offer in force, that of the one that stays holds.
void offers_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
