// The one list of the subjects' routes. A new subject's are added to all_routes.
#include "reporting/central/people_api.h"

#include <iterator>
#include <map>

#include "reporting/central/api/frame_routes.h"
#include "reporting/central/audit/requests.h"
#include "reporting/central/audit/routes.h"
#include "reporting/central/commands/routes.h"
#include "reporting/central/device_followers.h"
#include "reporting/central/enrolment/routes.h"
#include "reporting/central/integration/routes.h"
#include "reporting/central/judging/routes.h"
#include "reporting/central/notes/routes.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/privacy/routes.h"
#include "reporting/central/registers/routes.h"
#include "reporting/central/reports/routes.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/routes.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/routes.h"
#include "reporting/central/views/units.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

/// Every route whose work blocks, by its operation.
void say_where_work_is_done(std::vector<Route>& routes, const SignIn& sign_in) {
    const auto always = [](Work work) { return [work](const Call&) { return work; }; };
    const std::map<std::string_view, std::function<Work(const Call&)>> blocking{
        {"signIn", [&sign_in](const Call& call) { return sign_in_work(sign_in, call); }},
        {"changeOwnPassword", always(Work::passwords)},
        {"endTotp", always(Work::passwords)},
        {"addUser", always(Work::passwords)},
        {"resetPassword", always(Work::passwords)},
        {"exportDevicesCsv", always(Work::files)},
        {"exportDevicesXlsx", always(Work::files)},
        {"exportComplianceCsv", always(Work::files)},
        {"exportComplianceXlsx", always(Work::files)},
        {"exportDevice", always(Work::files)},
        {"exportPerson", always(Work::files)},
        {"showReport", always(Work::files)},
        {"previewPolicy", always(Work::files)}};
    for (Route& route : routes) {
        const auto one = blocking.find(route.operation);
        if (one != blocking.end()) route.work = one->second;
    }
}

std::vector<Route> all_routes(const ApiContext& context, SignIn& sign_in, CurrentPolicy& policy,
                              const PeopleApiOptions& options) {
    std::vector<Route> all;
    for (std::vector<Route>& routes : std::vector<std::vector<Route>>{
             session_routes(sign_in),
             open_session_routes(sign_in),
             account_routes(sign_in),
             user_routes(sign_in),
             api_token_routes(context),
             service_account_routes(context),
             audit_routes(context),
             unit_routes(context, {unit_followers(), counted_unit_json}),
             view_routes(context),
             notice_routes(context),
             enrolment_routes(context, device_followers()),
             policy_routes(context, policy),
             scan_routes(context),
             waiver_routes(context, policy),
             register_routes(context),
             licence_routes(context),
             note_routes(context),
             privacy_routes(context),
             export_routes(context),
             report_schedule_routes(context),
             operation_routes(context, options.probes),
             webhook_routes(context, options.webhook_local_hosts),
         })
        std::move(routes.begin(), routes.end(), std::back_inserter(all));
    add_frame_routes(all);
    say_where_work_is_done(all, sign_in);
    return all;
}

AdmissionRules admission_rules(const ApiContext& context, SignIn& sign_in, Denials& denials,
                               const PeopleApiOptions& options) {
    return {[&sign_in](const Call& call) { return sign_in.who(call); },
            [&context](std::int64_t unit) { return Scope{Units{context.database}.and_below(unit)}; },
            [&context](sql::Writer* writer, const Route& route, const Call& call, const AuditNote& note) {
                const std::optional<AuditEntry> entry = entry_of(route, call, note);
                if (!entry) return;
                if (writer != nullptr) return AuditLog::append(*writer, *entry);
                AuditLog{context.database}.append(*entry);
            },
            [&denials](std::string_view operation, const Call& call, const ApiError& error) {
                if (!is_denial(error, call.person)) return;
                std::string asked{operation};
                for (const std::string& argument : call.arguments) asked += " " + argument;
                denials.add({call.now, call.person.name, call.request.remote_address, asked, error.code});
            },
            options.person_rate,
            options.address_rate,
            options.open_metrics};
}

}  // namespace

void PeopleApi::add_denial_of_device(std::string_view path, const Call& call, const ApiError& error) {
    if (!is_denial(error, {})) return;
    const auto& certificate = call.request.client_certificate;
    denials_.add({call.now, "", call.request.remote_address,
                  std::string{path} + (certificate ? " " + certificate->common_name : ""), error.code});
}

PeopleApi::PeopleApi(sql::Database& database, CurrentPolicy& policy, const PeopleApiOptions& options)
    : context_{database,
               options.clock,
               options.log,
               [&policy]() -> const Policy& { return policy.get().policy; },
               options.silent_after,
               options.sealing,
               options.takes_reports},
      sign_in_(context_, {options.password_cost, options.session_limits, options.directory, options.second_factor}),
      denials_(database, options.log),
      routes_(all_routes(context_, sign_in_, policy, options)),
      admission_(admission_rules(context_, sign_in_, denials_, options), options.clock, options.log) {}

}  // namespace wardwatch
