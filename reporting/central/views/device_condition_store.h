// A list's filter as the conditions of a statement over `devices d`: only those that are asked for, so that an index
// can serve them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reporting/central/views/device_list_store.h"

namespace wardwatch {

/// SQLite keeps no statistics of the columns: it takes the index of a filter although nearly all PCs pass it, or walks
/// all PCs in their order although hardly one does. So the statement says which it is to use.
enum class Walk {
    filter,  ///< the filters' indexes; what is found is sorted
    order    ///< the index of the order, until the page is full; filters are looked at row by row
};

/// Values refer to the query, which outlives this.
class DeviceConditions {
public:
    explicit DeviceConditions(const DeviceQuery& query, Walk walk = Walk::filter);

    /// A value's place in the statement: "$3".
    std::string place(sql::Parameter value);
    void add(std::string condition) { conditions_.push_back(std::move(condition)); }

    /// " FROM devices d WHERE …"
    std::string text() const;
    std::span<const sql::Parameter> values() const { return values_; }

private:
    void add_columns(const DeviceQuery& query, Walk walk);
    void add_status(const DeviceQuery& query, Walk walk);
    void add_verdict(const std::string& verdict, Walk walk);
    void add_clause(const StandingOnClause& asked);
    void add_rules(const StandingWithRules& asked, Walk walk);
    void add_word(const SearchedWord& word);

    std::vector<std::string> conditions_;
    std::vector<sql::Parameter> values_;
    std::vector<std::string> texts_;  ///< values that are made here
};

/// How a PC is shown, by the instant in this place since which it must have been heard of.
std::string shown_status(const std::string& silent_before);

/// A standing's place in the order of policy/standing.h, of the name that this expression gives.
std::string rank_of(const std::string& name);

}  // namespace wardwatch
