// The homes of a Linux PC.
#pragma once

#include "collectors/machine/user_profiles.h"

namespace wardwatch {

/// Of root and of uids from 1000 to 65533 in the user database, when the home exists (readable or not).
class LinuxUserProfiles : public UserProfiles {
public:
    std::vector<UserProfile> all() const override;
};

}  // namespace wardwatch
