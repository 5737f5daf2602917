// The centre's database: units, tokens, devices, reports, verdicts and people, in one SQLite file.
//
// One connection, guarded by a mutex: every function may be called from any thread, and a second process (the CLI
// beside a running `serve`) opens its own. Each function is one transaction; when it returns, what it stored survives a
// kill and a power cut (WAL, synchronous=FULL). Instants are UTC. Functions throw StoreError with a sentence for
// people, or SQLite::Exception when the file itself fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/sql/records.h"

namespace wardwatch {

namespace sql {
struct Connection;
}

/// what() says what is wrong and what to do about it.
class StoreError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class CentralStore {
public:
    /// Opens or creates the database and brings its schema up to date. Refuses a database of a newer program.
    explicit CentralStore(const std::filesystem::path& file);
    ~CentralStore();
    CentralStore(const CentralStore&) = delete;
    CentralStore& operator=(const CentralStore&) = delete;

    // --- units (units/store.cpp) ---
    /// Appends a unit after its siblings and returns its id. The name is unique among them.
    std::int64_t add_unit(const std::string& name, std::optional<std::int64_t> parent_id, const ChangedBy& by);
    /// Adds what is missing of these paths (names from the top) and returns it, in order. Adds nothing when it is to be
    /// tried only.
    std::vector<std::string> add_units(const std::vector<std::vector<std::string>>& paths, const ChangedBy& by,
                                       bool try_only);
    /// Depth first, siblings in display order; without merged ones.
    std::vector<Unit> units() const;
    /// By id ("3"), by name, or by path ("Phường A/Văn phòng"). Throws StoreError when none or several match.
    Unit find_unit(const std::string& text) const;
    std::set<std::int64_t> unit_and_below(std::int64_t id) const;

    // --- changes of the tree (units/change_store.cpp); a merged unit is not changed any more ---
    void rename_unit(std::int64_t id, const std::string& name, const ChangedBy& by);
    /// To the end of the new siblings, with all below it; without a parent, to the top. Not below itself.
    void move_unit(std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by);
    /// Both at once, or one of them.
    void change_unit(std::int64_t id, const UnitEdit& edit, const ChangedBy& by);
    /// Devices, tokens, offers of updates and child units move; children of equal names are merged, too. `into` does
    /// not lie below `from`. Where both have an offer in force, that of `into` stays.
    MergedUnits merge_units(std::int64_t from, std::int64_t into, const ChangedBy& by);
    /// All or none. Returns how many were not there already.
    std::int64_t move_devices(const std::vector<std::string>& device_ids, std::int64_t unit_id, const ChangedBy& by);
    /// As they happened.
    std::vector<UnitChange> unit_changes() const;
    std::vector<DeviceMove> device_moves(const std::string& device_id) const;
    /// Paths by id; of a merged unit the last one that it had.
    std::map<std::int64_t, std::string> unit_paths() const;

    // --- enrolment (enrolment/store.cpp) ---
    /// Only the token's SHA-256 is kept. Returns the token's id.
    std::int64_t add_token(const std::string& token_sha256, std::int64_t unit_id, std::int64_t uses, Instant now,
                           Instant expires_at);
    std::vector<Token> tokens() const;
    /// False when there is no such token.
    bool revoke_token(std::int64_t token_id, Instant now);
    /// Uses up the token once per device and makes the device known. The same device, key and token again change
    /// nothing, so that an agent that lost the answer may ask again. A known device with another token of its own key
    /// moves to that token's unit.
    EnrolmentOutcome enrol(const EnrolmentClaim& claim, Instant now);
    void add_certificate(const std::string& device_id, const IssuedCertificate& certificate, Instant now);
    /// True when this centre issued the certificate to this device.
    bool knows_certificate(const std::string& device_id, const std::string& sha256) const;

    // --- devices (devices/store.cpp) ---
    std::vector<Device> devices() const;
    std::optional<Device> device(const std::string& device_id) const;
    /// False when there is no such device. The device's certificates are refused from now on.
    bool revoke_device(const std::string& device_id, Instant now);
    /// The device was in contact; when `facts_hash` is that of its newest report, the report is confirmed as well.
    void touch_device(const std::string& device_id, const Contact& contact, Instant now);

    // --- reports and verdicts (devices/report_store.cpp, judging/verdict_store.cpp) ---
    /// Stores a report and, when it is the device's newest, its judgement: both or neither. Newest is by the time it
    /// was taken, but never later than it was received: a PC whose clock runs years ahead cannot hide its later
    /// reports.
    ReportOutcome add_report(const NewReport& report, const Judgement& judgement);
    bool knows_facts(const std::string& device_id, const std::string& facts_hash) const;
    std::optional<StoredReport> newest_report(const std::string& device_id) const;
    /// Newest first, at most `limit`; without bodies.
    std::vector<StoredReport> reports(const std::string& device_id, std::size_t limit) const;
    /// Devices whose newest report was judged with another policy or not after `judged_until`.
    std::vector<std::string> devices_to_judge(const std::string& policy_hash, Instant judged_until) const;
    /// Replaces the verdicts; a verdict whose status did not change keeps its `since`. Does nothing when `report_id` is
    /// no longer the newest. Waivers are those in force now.
    void judge_again(const std::string& device_id, const std::string& report_id, const Judgement& judgement);
    /// The same for many, in one transaction.
    void judge_again(const std::vector<Rejudgement>& judgements);
    /// The device's report cannot be judged: its verdicts stay as they are until they are a day old.
    void keep_verdicts(const std::string& device_id, const std::string& policy_hash);
    /// In the order in which they were judged.
    std::vector<StoredVerdict> verdicts(const std::string& device_id) const;

    // --- commands (commands/store.cpp) ---
    /// All or none. Throws StoreError for a device that does not exist or is revoked.
    void add_batch(const NewBatch& batch);
    /// The device's commands that are neither finished nor expired, without those that it says it has; they count as
    /// delivered. At most 100 with those that it has, the oldest first. What a power cut takes back of this is handed
    /// out again.
    std::vector<StoredCommand> hand_out_commands(const std::string& device_id, const std::vector<std::string>& has,
                                                 Instant now);
    /// The same news again changes nothing. `scanned` becomes done as soon as the report is here (add_report looks,
    /// too).
    CommandNewsOutcome add_news(const std::string& device_id, const std::string& command_id, const CommandNews& news,
                                Instant now);
    /// By host name; empty when there is no such batch.
    std::vector<StoredCommand> batch(const std::string& batch_id) const;
    /// Newest first.
    std::vector<StoredCommand> commands_of(const std::string& device_id, std::size_t limit) const;
    /// The newest scans with commands for PCs of this scope. Times of change older than two minutes are not told apart.
    std::vector<BatchSummary> newest_scans(const Scope& scope, Instant now, std::size_t limit) const;
    /// Ends what is over its time and forgets what ended before `forget_before`. Returns how many it ended.
    int end_commands(Instant now, Instant forget_before);
    std::vector<std::string> devices_with_queued_commands() const;
    /// Changes when another connection, of any process, has changed the database.
    std::int64_t version_of_others() const;

    // --- updates (updates/store.cpp) ---
    /// Throws StoreError when the version is there with other content; with the same content nothing changes.
    void add_update(const Update& update, const std::vector<std::string>& pieces);
    /// Newest version first.
    std::vector<Update> updates() const;
    std::optional<std::string> update_piece(const std::string& version, std::int64_t position) const;
    /// Withdraws its offers, ends what was asked for and forgets the package. False when there is none.
    bool remove_update(const std::string& version, Instant now);
    /// Takes the place of the offer that was in force for the same unit.
    void add_offer(const UpdateOffer& offer);
    /// Ends the commands that no PC has come for. False when none of this version is in force.
    bool withdraw_offers(const std::string& version, Instant now);
    /// Those in force, oldest first.
    std::vector<UpdateOffer> offers() const;
    std::int64_t unfinished_commands(const std::string& kind) const;

    // --- people and settings (people/user_store.cpp) ---
    void add_user(const NewUser& user, Instant now);
    /// False when there is no such user.
    bool set_password(const std::string& name, const std::string& password_hash, Instant now);
    std::vector<User> users() const;
    std::optional<User> user(const std::string& name) const;
    std::optional<std::string> setting(const std::string& name) const;
    void set_setting(const std::string& name, const std::string& value);

    /// For stores of further areas, which are classes of their own over this one (sql/statements.h).
    sql::Connection& connection() const { return *connection_; }
    /// A second connection, for reading alone, with a lock of its own: what people look at for a tenth of a second does
    /// not hold up the PCs' reports. It sees what was committed before its statement began.
    sql::Connection& reading() const { return *reading_; }

private:
    void replace_verdicts(const std::string& device_id, const Judgement& judgement, Instant began);
    void judge_newest(const Rejudgement& again);

    std::unique_ptr<sql::Connection> connection_;
    std::unique_ptr<sql::Connection> reading_;
};

}  // namespace wardwatch
