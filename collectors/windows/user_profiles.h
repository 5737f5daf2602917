// The homes of a Windows PC, from the registry's ProfileList.
#pragma once

#include "collectors/machine/registry.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {

/// Of local and domain users (S-1-5-21-…) and Microsoft Entra users (S-1-12-1-…). After a failed logon Windows keeps
/// the real profile under "<SID>.bak" beside a temporary one: both are given, with the same SID. The registry must
/// outlive this object.
class WindowsUserProfiles : public UserProfiles {
public:
    explicit WindowsUserProfiles(const Registry& registry) : registry_(registry) {}
    std::vector<UserProfile> all() const override;

private:
    const Registry& registry_;
};

}  // namespace wardwatch
