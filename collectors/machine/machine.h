// The PC as collectors see it: narrow ports, each about one thing the operating system can be asked.
// Real ones are in collectors/windows and collectors/linux; tests use recorded ones.
//
// Every port: const member functions may be called from any thread, one call at a time. A port that cannot answer
// throws PortError; "there is none" is an empty optional or list, never an error.
#pragma once

#include <stdexcept>

namespace wardwatch {

class Accounts;
class Files;
class Host;
class Registry;
class SecurityCenter;
class Services;
class UserProfiles;
class Wmi;

/// what() is one English sentence that becomes the Unknown reason: "NetUserEnum failed with error 5 (access denied)".
class PortError : public std::runtime_error {
    using std::runtime_error::runtime_error;
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
