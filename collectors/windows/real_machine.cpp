#include "collectors/machine/real_machine.h"

#include "collectors/windows/accounts.h"
#include "collectors/windows/files.h"
#include "collectors/windows/host.h"
#include "collectors/windows/registry.h"
#include "collectors/windows/security_center.h"
#include "collectors/windows/services.h"
#include "collectors/windows/user_profiles.h"
#include "collectors/windows/wmi.h"

namespace wardwatch {
namespace {

class WindowsMachine : public MachineOwner {
public:
    const Machine& machine() const override { return machine_; }

private:
    WindowsRegistry registry_;
    WindowsHost host_{registry_};
    WindowsSecurityCenter security_center_;
    WindowsWmi wmi_;
    WindowsAccounts accounts_;
    WindowsUserProfiles user_profiles_{registry_};
    WindowsFiles files_;
    WindowsServices services_;
    Machine machine_{host_, registry_, security_center_, wmi_, accounts_, user_profiles_, files_, services_};
};

}  // namespace

std::unique_ptr<MachineOwner> real_machine() { return std::make_unique<WindowsMachine>(); }

}  // namespace wardwatch
