// Options of the OPT record (RFC 6891, section 6.1.2).
#pragma once

#include <vector>

#include <wiretale/bytes.hpp>

#include "dns/records.hpp"
#include "dns/scratch.hpp"

namespace wiretale::domain {

/// Appends the options in `rdata` to `options`, at most `limit` of them; false where something was malformed. What
/// could be read of it is there; an option with wrong contents keeps them as hex.
bool read_options(Bytes rdata, TextArena& text, std::uint64_t limit, std::vector<EdnsOption>& options);

}  // namespace wiretale::domain
