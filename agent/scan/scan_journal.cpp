// scan_journal.json: which check was running when the program ended, and how often that happened.
#include "agent/scan/scan_journal.h"

#include "embedded/reasons.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr int bearable_endings = 1;
constexpr std::chrono::hours pause{24};

}  // namespace

ScanJournal::ScanJournal(std::filesystem::path file) : file_(std::move(file)) { load(); }

std::vector<NotAsked> ScanJournal::begin(Instant now) {
    const std::lock_guard lock(mutex_);
    if (!check_.empty()) {
        Ending& ending = endings_[std::exchange(check_, {})];
        ++ending.times;
        ending.last = now;
        save();
    }
    not_asked_.clear();
    for (const auto& [check, ending] : endings_) {
        if (ending.times <= bearable_endings || now < ending.last || now - ending.last >= pause) continue;
        not_asked_.push_back(
            {check, reasons::check_ended_the_program(ending.times, format_instant(ending.last)), "agent"});
    }
    return not_asked_;
}

void ScanJournal::entered(std::string_view check) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    came_out();
    if (std::ranges::find(not_asked_, check, &NotAsked::collector) == not_asked_.end()) check_ = check;
    save();
}

void ScanJournal::ended() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    came_out();
    save();
}

void ScanJournal::stopped() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (check_.empty()) return;
    check_.clear();
    save();
}

void ScanJournal::came_out() { endings_.erase(std::exchange(check_, {})); }

// What is damaged counts for nothing.
void ScanJournal::load() {
    try {
        std::ifstream stream(file_);
        if (!stream) return;
        const json kept = json::parse(stream);
        check_ = kept.at("check").get<std::string>();
        for (const auto& [check, ending] : kept.at("endings").items())
            endings_[check] = {ending.at("times").get<int>(), parse_instant(ending.at("last").get<std::string>())};
    } catch (const std::exception&) {
        check_.clear();
        endings_.clear();
    }
}

// A crash of this program does not keep the system from writing it; a power cut may, and is no crash.
void ScanJournal::save() const {
    if (file_.empty()) return;
    json endings = json::object();
    for (const auto& [check, ending] : endings_)
        endings[check] = {{"times", ending.times}, {"last", format_instant(ending.last)}};
    std::ofstream(file_, std::ios::trunc) << json{{"check", check_}, {"endings", endings}};
}

}  // namespace wardwatch
