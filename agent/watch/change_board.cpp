// The board's two sides, under one lock.
#include "agent/watch/change_board.h"

#include <utility>

namespace wardwatch {

const char* name_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::saved_passwords:
            return "saved passwords";
        case ChangeKind::accounts:
            return "accounts";
        case ChangeKind::policies:
            return "policies";
        case ChangeKind::antivirus:
            return "antivirus";
        case ChangeKind::places:
            break;
    }
    return "browser profiles";
}

void ChangeBoard::noticed(ChangeKind kind) {
    {
        const std::lock_guard lock(mutex_);
        noticed_.insert(kind);
    }
    wake_();
}

void ChangeBoard::show(WatchStatus status) {
    {
        const std::lock_guard lock(mutex_);
        status_ = std::move(status);
    }
    wake_();
}

void ChangeBoard::on_look_again(std::function<void()> tell) {
    const std::lock_guard lock(mutex_);
    tell_ = std::move(tell);
}

std::set<ChangeKind> ChangeBoard::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(noticed_, {});
}

WatchStatus ChangeBoard::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void ChangeBoard::look_again() {
    // Under the lock: the watcher may end meanwhile, and with it what is told.
    const std::lock_guard lock(mutex_);
    tell_();
}

}  // namespace wardwatch
