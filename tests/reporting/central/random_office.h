// An office to which things happen by chance, the same at every run: for tests that compare two ways to count.
#pragma once

#include <random>
#include <vector>

#include "tests/reporting/central/policy_office.h"

namespace wardwatch::test {

class RandomOffice {
public:
    explicit RandomOffice(std::size_t most_pcs);

    PolicyOffice office;

    /// From 0 to `most`.
    int up_to(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most + 1)); }
    /// At the office's now: perhaps a new PC, and to one PC a report, a move, a waiver (of the PC or its unit, until
    /// the beginning of a day) or a revocation.
    void something_happens();

private:
    void add_waiver(const Pc& pc);

    std::mt19937 random_{20261130};
    std::size_t most_pcs_;
    std::int64_t other_unit_;
    std::vector<Pc> pcs_;
};

}  // namespace wardwatch::test
