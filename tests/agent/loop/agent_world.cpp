#include "tests/agent/loop/agent_world.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "agent/log/log.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

World::World() {
    open_store = [this](const std::string& damage) {
        StoreOptions options;
        options.known_damage = damage;
        options.folder = folder.path;
        options.may_set_aside = true;
        return std::make_unique<Store>(options, now());
    };
}

void World::enrol(std::chrono::days validity) {
    const KeyAndCertificate authority = make_authority("test", noon - 24h, std::chrono::days{1000});
    const std::string key = make_private_key();
    const std::string certificate =
        sign_client_request(authority, make_signing_request(key, device), device, noon, validity);
    identity.save({key, certificate, authority.certificate_pem});
}

AgentPorts World::ports() {
    AgentPorts ports;
    ports.now = [this] { return now(); };
    ports.steady = [this] { return SteadyTime{} + 1h + elapsed; };
    ports.random = [this] { return random; };
    ports.hardware = {"board", "disk", "machine"};
    ports.enrol_anew = [this](const std::string& token) {
        anew.push_back(token);
        identity.follow("22222222-2222-4222-8222-222222222222");
    };
    ports.new_uuid = [this]() -> std::string {
        const std::string number = std::to_string(++next_id);
        return "00000000-0000-4000-8000-" + std::string(12 - number.size(), '0') + number;
    };
    ports.open_store = [this](const std::string& damage) { return open_store(damage); };
    ports.connect = [this] { return centre(); };
    ports.take_report = [side = scan_side](const ScanRequest& request, const Progress& progress) {
        if (progress) progress("host", 0, 1);
        ++side->begun;
        return Report{request.report_id, request.device_id, "0.1.0",
                      request.trigger,   request.now,       {{"host.os_build", "", side->os_build.load(), "registry"}}};
    };
    ports.requests = requests;
    ports.status = board;
    ports.changes = changes;
    ports.heartbeats = heartbeat_board;
    ports.wake = [side = scan_side] {
        const std::lock_guard lock(side->mutex);
        ++side->ended;
        side->changed.notify_all();
    };
    ports.log = no_log();
    return ports;
}

Centre World::centre() {
    return {
        [this](const Identity&, std::string_view json, bool deflate) {
            when_sending();
            if (deflate && !centre_takes_deflate) throw CentreRefused(400, "the body must be one JSON object", {});
            const auto format = nlohmann::json::parse(json).at("format").get<int>();
            if (format > centre_takes) throw CentreRefused(400, "format: this version knows format 1 only", {});
            const Report report = report_from_json(json);
            sent.push_back(report.report_id);
            sent_devices.push_back(report.device_id);
            sent_formats.push_back(format);
            sent_deflated.push_back(deflate);
            return ReportAnswer{true, {centre_offers, centre_takes_deflate}};
        },
        [this](const Identity&, const Heartbeat& heartbeat) {
            when_sending();
            heartbeats.push_back(heartbeat);
            return HeartbeatAnswer{std::exchange(want_report, false),
                                   {centre_offers, centre_takes_deflate},
                                   std::exchange(new_identity, "")};
        },
        [this](const Identity& old) {
            ++renewals;
            Identity renewed = old;
            const KeyAndCertificate authority = make_authority("test", noon - 24h, std::chrono::days{1000});
            renewed.certificate_pem = sign_client_request(authority, make_signing_request(old.private_key_pem, device),
                                                          device, now(), std::chrono::days{90});
            return renewed;
        },
    };
}

Agent World::agent() {
    identity.make_device_id([] { return device; });
    return {{4h, 15min, 5min, {}}, identity, ports()};
}

void World::wait_for_scans(int count) {
    std::unique_lock lock(scan_side->mutex);
    scan_side->changed.wait(lock, [&] { return scan_side->ended >= count; });
}

Wait World::settle(Agent& agent) {
    for (int i = 0; i < 1000; ++i)
        if (const Wait wait = agent.step(); wait > 0ms) return wait;
    return 0ms;
}

void World::first_scan(Agent& agent) {
    settle(agent);
    elapsed = 150s;
    settle(agent);
    wait_for_scans(1);
    settle(agent);
}

}  // namespace wardwatch
