// The PC as collectors see it: narrow ports, each about one thing the operating system can be asked.
// Real ones are in collectors/windows and collectors/linux; tests use recorded ones.
//
// Every port: const member functions may be called from any thread, one call at a time. A port that cannot answer
// throws PortError; "there is none" is an empty optional or list, never an error.
#pragma once

#include "collectors/core/reason.h"

namespace wardwatch {

class Accounts;
class Files;
class Host;
class Registry;
class SecurityCenter;
class Services;
class UserProfiles;
class Wmi;

/// Its reason becomes that of the Unknown fact: "NetUserEnum failed with error 5 (access denied)".
class PortError : public ReasonError {
    using ReasonError::ReasonError;
};

struct Machine {
    const Host& host;
    const Registry& registry;
    const SecurityCenter& security_center;
    const Wmi& wmi;
    const Accounts& accounts;
    const UserProfiles& user_profiles;
    const Files& files;
    const Services& services;
};

}  // namespace wardwatch
