// The one list of what follows a PC that takes another one's place.
#include "reporting/central/device_followers.h"

#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/notes/store.h"

namespace wardwatch {

DeviceFollowers device_followers() { return {notes_follow_device, waivers_follow_device}; }

}  // namespace wardwatch
