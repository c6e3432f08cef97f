// Holds a line of NDJSON to the shape that its record type declares.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace wiretale::harness {

/// What is wrong with a line: it isn't JSON, its type is unknown, a member isn't declared, has another form than
/// declared, or is missing. Empty where all is well.
[[nodiscard]] std::string line_fault(std::string_view line);

/// The same for a line that is parsed already.
[[nodiscard]] std::string shape_fault(const nlohmann::ordered_json& record);

}  // namespace wiretale::harness
