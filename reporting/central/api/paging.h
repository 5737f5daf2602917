// Which part of a long list is asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

struct Page {
    std::size_t offset = 0;
    std::size_t limit = 100;
};

/// `offset` and `limit` of the query; 400 bad_request when they are no such numbers.
inline Page page_of(const Call& call) {
    constexpr std::int64_t most = 1000;
    Page page;
    const std::int64_t offset = query_number(call, "offset").value_or(0);
    const std::int64_t limit = query_number(call, "limit").value_or(static_cast<std::int64_t>(page.limit));
    if (offset < 0) throw ApiError(400, "bad_request", "offset must be 0 or more.");
    if (limit < 1 || limit > most) throw ApiError(400, "bad_request", "limit must be 1 to 1000.");
    return {static_cast<std::size_t>(offset), static_cast<std::size_t>(limit)};
}

template <class T>
std::span<const T> part_of(const std::vector<T>& all, const Page& page) {
    const std::size_t begin = std::min(page.offset, all.size());
    return {all.data() + begin, std::min(page.limit, all.size() - begin)};
}

/// The members beside a list of which one page is shown.
inline nlohmann::json page_json(const Page& page, std::size_t total) {
    return {{"total", total}, {"offset", page.offset}, {"limit", page.limit}};
}

}  // namespace wardwatch
