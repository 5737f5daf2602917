// The long poll for commands, and what the PC says about one.
#include "reporting/central/commands/agent_routes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "reporting/central/commands/store.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using nlohmann::json;

constexpr std::string_view commands_path = "/v1/commands";
// Two polls in the quarter of an hour, give or take a tenth, between two heartbeats; agents wait less where silent
// connections do not last.
constexpr std::int64_t longest_wait_seconds = 500;
// Of polls that know nothing of the offer.
constexpr std::chrono::seconds longest_old_wait{55};
constexpr std::size_t most_ids = 100;
constexpr std::chrono::seconds come_later{60};

struct CommandPoll {
    std::chrono::seconds wait{0};
    std::vector<std::string> has;
    json heartbeat;  ///< null: it carries none
};

/// The body by `read`, which gets a JsonObject; what it refuses and members that nobody asked for are a 400.
template <class Read>
auto agent_body(const Call& call, Read read) {
    const json object = body_object(call);
    try {
        JsonObject body{object, ""};
        auto result = read(body);
        body.refuse_others();
        return result;
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}

CommandPoll read_poll(JsonObject& body) {
    CommandPoll poll;
    const std::int64_t seconds = body.integer("wait_seconds");
    if (seconds < 0 || seconds > longest_wait_seconds) throw JsonError("wait_seconds: expected 0 to 500");
    poll.wait = std::chrono::seconds{seconds};
    const json& list = body.member("has");
    if (!list.is_array() || list.size() > most_ids) throw JsonError("has: expected at most 100 command ids");
    for (std::size_t i = 0; i < list.size(); ++i)
        poll.has.push_back(text_of(list[i], {36, 36}, "has[" + std::to_string(i) + "]"));
    if (body.has("heartbeat")) poll.heartbeat = body.member("heartbeat");
    if (!poll.heartbeat.is_null() && !poll.heartbeat.is_object()) throw JsonError("heartbeat: expected an object");
    return poll;
}

std::int64_t small_number(JsonObject& body, const char* name) {
    const std::int64_t number = body.integer(name);
    if (number < 0 || number > 10'000) throw JsonError(std::string{name} + ": expected 0 to 10000");
    return number;
}

CommandNews read_news(JsonObject& body) {
    CommandNews news;
    const std::string state = body.text("state", {1, 20});
    if (state == "running") {
        news.state = CommandState::running;
        news.collector = body.text("collector", {0, 64});
        news.position = small_number(body, "position");
        news.count = small_number(body, "count");
    } else if (state == "done") {
        // An update ends without a report.
        const bool report = body.has("report_id");
        news.state = report ? CommandState::scanned : CommandState::done;
        if (report) news.report_id = body.text("report_id", {36, 36});
    } else if (state == "failed") {
        news.state = CommandState::failed;
        news.problem = body.text("problem", {1, 1000});
    } else {
        throw JsonError("state: expected \"running\", \"done\" or \"failed\"");
    }
    return news;
}

/// `said` beside the commands.
HttpResponse commands_answer(const json& commands, json said) {
    said["commands"] = commands;
    return agent_answer(200, said);
}

json offer_json() { return {{"longest_wait_seconds", longest_wait_seconds}}; }

bool says_nothing(const std::string& body) {
    static const std::string nothing[] = {commands_answer(json::array(), json::object()).body,
                                          commands_answer(json::array(), offer_json()).body,
                                          commands_answer(json::array(), heartbeat_json(false)).body};
    return std::find(std::begin(nothing), std::end(nothing), body) != std::end(nothing);
}

}  // namespace

json report_offers_json() { return {{"report_format", newest_report_format}, {"report_encoding", "deflate"}}; }

json heartbeat_json(bool want_report) {
    json said = report_offers_json();
    said["want_report"] = want_report;
    return said;
}

HttpResponse agent_answer(unsigned status, const json& body) {
    HttpResponse answer = json_response(status, body);
    answer.headers.erase("Cache-Control");
    return answer;
}

std::vector<Route> AgentCommands::routes() const {
    return {
        {"POST", commands_path, [this](const Call& call) { return commands(call); }, Right::none, "", Body::object},
        {"POST", "/v1/commands/{}", [this](const Call& call) { return command_news(call); }, Right::none, "",
         Body::object},
    };
}

json AgentCommands::described(const std::vector<StoredCommand>& commands) const {
    json list = json::array();
    for (const StoredCommand& command : commands) {
        json entry = {{"id", command.id}, {"device_id", command.device_id}, {"kind", command.kind}};
        if (command.kind == "update") {
            std::optional<json> update = options_.update(command.argument);
            // A package that was removed meanwhile is not offered any more.
            if (!update) continue;
            entry["update"] = std::move(*update);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

HttpResponse AgentCommands::commands(const Call& call) const {
    const Caller device = options_.caller(call);
    const CommandPoll poll = agent_body(call, read_poll);
    json said = json::object();
    if (!poll.heartbeat.is_null())
        said = options_.heartbeat(call, device, poll.heartbeat);
    else if (poll.wait <= longest_old_wait)
        said = offer_json();  // whoever waits longer knows
    const std::vector<StoredCommand> commands = Commands{database_}.open(device.device_id, poll.has, call.now);
    for (const StoredCommand& command : commands) {
        options_.delivered({command.id, call.now});
        options_.log("command handed out id=" + command.id + " device=" + device.device_id);
    }
    if (commands.empty() && options_.waits != nullptr && options_.waits->full())
        throw ApiError(503, "too_many_wait", "Too many PCs wait for commands; come later.", come_later);
    return commands_answer(described(commands), std::move(said));
}

HttpResponse AgentCommands::command_news(const Call& call) const {
    const Caller device = options_.caller(call);
    const CommandNews news = agent_body(call, read_news);
    switch (Commands{database_}.add_news(device.device_id, call.arguments.at(0), news, call.now)) {
        case CommandNewsOutcome::taken:
            return agent_answer(200, {{"taken", true}});
        case CommandNewsOutcome::finished:
            throw ApiError(409, "command_finished", "This command ended before, in another way; drop it.");
        case CommandNewsOutcome::unfit:
            throw ApiError(400, "bad_request", "report_id: a scan that is done has one, an update has none.");
        case CommandNewsOutcome::unknown:
            break;
    }
    throw ApiError(404, "command_unknown", "The centre has no such command for this PC; drop it.");
}

std::variant<HttpResponse, LaterAnswer> AgentCommands::handle_waiting(const HttpRequest& request,
                                                                      const AgentHandler& handle) const {
    if (options_.waits == nullptr || request.method != "POST" || request.target != commands_path)
        return handle(request);
    const std::uint64_t rings = options_.waits->rings();
    const HttpResponse now = handle(request);
    // A 200 also says that the certificate and the body are right.
    if (now.status != 200 || !says_nothing(now.body)) return now;
    LaterAnswer later;
    later.longest = agent_body(Call{request, {}, {}, Instant{}}, read_poll).wait;
    if (later.longest.count() == 0) return now;
    later.begin = [waits = options_.waits, rings, device_id = request.client_certificate->common_name](
                      std::function<void()> wake) { return waits->enter(device_id, rings, std::move(wake)); };
    // What a PC waits with is kept for each that waits: the headers have been read.
    HttpRequest again = request;
    again.headers.clear();
    later.finish = [handle, again = std::move(again), now](bool woken) { return woken ? handle(again) : now; };
    return later;
}

}  // namespace wardwatch
