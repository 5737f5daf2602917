// An invented office: 21 wards and 12 departments, and the PCs that stand in them. No such office exists; every name of
// a unit says that it is simulated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// The same numbers for the same seed and topic, on every machine and with every compiler.
class Dice {
public:
    Dice(std::uint64_t seed, std::string_view topic);
    std::uint64_t next();
    /// From `least` to `most`, both included.
    std::int64_t between(std::int64_t least, std::int64_t most);
    bool chance(int percent) { return between(1, 100) <= percent; }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[next() % from.size()];
    }

private:
    std::uint64_t state_;
};

/// "Phường Bạch Mai (mô phỏng)"
struct SimulatedUnit {
    std::string path;
    std::string short_name;  ///< "BACHMAI": stands in its PCs' names
};

/// Where PCs stand, in the order in which they get some: the rooms of the wards, then the departments.
const std::vector<SimulatedUnit>& simulated_units();

/// As `wardwatch-central unit import` reads it.
std::string simulated_units_csv();

/// An account's name as offices give them: "an.nguyen", now and then "Nguyễn Thị An".
std::string simulated_account(Dice& dice);

}  // namespace wardwatch
