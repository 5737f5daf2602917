#include "collectors/machine/real_machine.h"

#include "collectors/linux/accounts.h"
#include "collectors/linux/files.h"
#include "collectors/linux/host.h"
#include "collectors/linux/user_profiles.h"
#include "collectors/linux/windows_only.h"

namespace wardwatch {
namespace {

class LinuxMachine : public MachineOwner {
public:
    const Machine& machine() const override { return machine_; }

private:
    LinuxHost host_;
    NoRegistry registry_;
    NoSecurityCenter security_center_;
    NoWmi wmi_;
    LinuxAccounts accounts_;
    LinuxUserProfiles user_profiles_;
    LinuxFiles files_;
    NoServices services_;
    Machine machine_{host_, registry_, security_center_, wmi_, accounts_, user_profiles_, files_, services_};
};

}  // namespace

std::unique_ptr<MachineOwner> real_machine() { return std::make_unique<LinuxMachine>(); }

}  // namespace wardwatch
