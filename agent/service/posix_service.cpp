// The service in the foreground: signals stop and wake it; a systemd unit does the rest.
#include <csignal>
#include <pthread.h>

#include <cstdlib>
#include <future>
#include <stdexcept>

#include "agent/service/service.h"
#include "collectors/core/background_thread.h"

namespace wardwatch {
namespace {

constexpr std::chrono::seconds grace{8};
constexpr int body_ended = SIGUSR1;

// Blocked before the first thread starts, so that every thread inherits it and only sigwait sees these.
sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, body_ended}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

}  // namespace

// Nothing here tells of logons.
void run_service(const ServiceBody& body, void (*)()) {
    const sigset_t signals = block_signals();
    const auto wakeup = std::make_shared<Wakeup>();
    std::stop_source stop;
    std::promise<ServiceExit> promise;
    std::future<ServiceExit> outcome = promise.get_future();
    const pthread_t waiting = pthread_self();
    start_background_thread([&, token = stop.get_token()] {
        promise.set_value(body(token, wakeup, true));
        pthread_kill(waiting, body_ended);
    });
    int signal = 0;
    do {
        sigwait(&signals, &signal);
        if (signal == SIGHUP) wakeup->wake();
    } while (signal == SIGHUP);
    stop.request_stop();
    const bool ended = outcome.wait_for(grace) == std::future_status::ready;
    // Not exit(): a scan that hangs may still run, and would meet destroyed objects.
    std::_Exit(ended ? static_cast<int>(outcome.get()) : 0);
}

void install_service(const std::filesystem::path&) {
    throw std::runtime_error(
        "on this system a service manager starts it: run `wardwatch service run` from a systemd unit");
}

void configure_service(const std::filesystem::path&) {
    throw std::runtime_error("on this system a systemd unit describes the service");
}

RepairedService repair_service(const std::filesystem::path&) { return {}; }

bool remove_service() {
    throw std::runtime_error("on this system the service manager has the service: remove its systemd unit");
}

std::string service_state() { return {}; }

}  // namespace wardwatch
