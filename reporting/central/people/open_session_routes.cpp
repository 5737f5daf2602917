// The people's API: where one is signed in, and ending that.
#include "reporting/central/people/routes.h"

namespace wardwatch {

namespace {

HttpResponse list_sessions(const SignIn& sign_in, const Call& call) {
    const std::string own = session_name(session_id(call.request));
    nlohmann::json list = nlohmann::json::array();
    for (const OpenSession& session : sign_in.sessions.of(call.person.name, call.now)) {
        list.push_back({{"id", session.name},
                        {"address", session.client.address},
                        {"browser", session.client.browser},
                        {"began_at", format_instant(session.began)},
                        {"used_at", format_instant(session.used)},
                        {"current", session.name == own}});
    }
    return json_response(200, {{"sessions", std::move(list)}});
}

HttpResponse end_session(SignIn& sign_in, const Call& call) {
    const std::string& name = call.arguments.at(0);
    call.note(call.person.name, "session " + name);
    if (sign_in.sessions.end(call.person.name, name) == 0)
        throw ApiError(404, "session_unknown", "You have no open session with this id.");
    return json_response(200, {{"ended", 1}});
}

HttpResponse end_sessions_elsewhere(SignIn& sign_in, const Call& call) {
    call.note(call.person.name, "all other sessions");
    const std::int64_t ended = sign_in.sessions.end_others(call.person.name, session_name(session_id(call.request)));
    return json_response(200, {{"ended", ended}});
}

}  // namespace

std::vector<Route> open_session_routes(SignIn& sign_in) {
    return {
        {"GET", "/api/v1/sessions", [&sign_in](const Call& call) { return list_sessions(sign_in, call); }, Right::self,
         "listSessions"},
        {"DELETE", "/api/v1/sessions", [&sign_in](const Call& call) { return end_sessions_elsewhere(sign_in, call); },
         Right::self, "endOtherSessions"},
        {"DELETE", "/api/v1/sessions/{}", [&sign_in](const Call& call) { return end_session(sign_in, call); },
         Right::self, "endSession"},
    };
}

}  // namespace wardwatch
