// The one list of verbs, in the order in which the help shows them.
#include "reporting/central/verbs.h"

#include "reporting/central/device_followers.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/verbs.h"

namespace wardwatch {

void add_serve_verb(CLI::App& app, Cli& cli, const CentralConfig& config);
/// Added to the verb "unit", which is there.
void add_unit_list_verbs(CLI::App& app, Cli& cli);
void add_token_verbs(CLI::App& app, Cli& cli);
void add_device_verbs(CLI::App& app, Cli& cli);
/// Added to the verb "device", which is there.
void add_device_revoke_verb(CLI::App& app, Cli& cli);
/// Added to the verb "device", which is there.
void add_take_over_verb(CLI::App& app, Cli& cli, const DeviceFollowers& followers);
void add_notice_verbs(CLI::App& app, Cli& cli);
/// Added to the verb "device", which is there.
void add_note_verbs(CLI::App& app, Cli& cli);
/// Added to the verbs "device" and "user", which are there.
void add_privacy_verbs(CLI::App& app, Cli& cli);
void add_policy_verbs(CLI::App& app, Cli& cli);
void add_scan_verb(CLI::App& app, Cli& cli);
void add_update_verbs(CLI::App& app, Cli& cli);
void add_user_verbs(CLI::App& app, Cli& cli);
/// Added to the verb "user", which is there.
void add_session_verbs(CLI::App& app, Cli& cli);
void add_waiver_verbs(CLI::App& app, Cli& cli);
void add_api_token_verbs(CLI::App& app, Cli& cli);
void add_service_account_verbs(CLI::App& app, Cli& cli);
void add_audit_verbs(CLI::App& app, Cli& cli);
void add_register_verbs(CLI::App& app, Cli& cli);
void add_report_verbs(CLI::App& app, Cli& cli, const std::optional<SmtpOptions>& smtp);
void add_simulated_verbs(CLI::App& app, Cli& cli);
void add_operation_verbs(CLI::App& app, Cli& cli, const CentralConfig& config);
void add_migration_verb(CLI::App& app, Cli& cli);

void add_verbs(CLI::App& app, Cli& cli, const CentralConfig& config) {
    add_serve_verb(app, cli, config);
    add_unit_verbs(app, cli, unit_followers());
    add_unit_list_verbs(app, cli);
    add_token_verbs(app, cli);
    add_device_verbs(app, cli);
    add_device_revoke_verb(app, cli);
    add_take_over_verb(app, cli, device_followers());
    add_notice_verbs(app, cli);
    add_note_verbs(app, cli);
    add_policy_verbs(app, cli);
    add_scan_verb(app, cli);
    add_update_verbs(app, cli);
    add_user_verbs(app, cli);
    add_privacy_verbs(app, cli);
    add_session_verbs(app, cli);
    add_waiver_verbs(app, cli);
    add_api_token_verbs(app, cli);
    add_service_account_verbs(app, cli);
    add_audit_verbs(app, cli);
    add_register_verbs(app, cli);
    add_report_verbs(app, cli, config.smtp);
    add_simulated_verbs(app, cli);
    add_operation_verbs(app, cli, config);
    add_migration_verb(app, cli);
}

}  // namespace wardwatch
