// Conversations as a fuzzer likes them: a few octets of control, and the data as it is.
//
// An input is a row of events. Each starts with the magic FE 57 (which data may hold, too: a fuzzer doesn't mind) and
// an octet of control: bit 0 is the side (1: server); bits 1 and 2 are the kind: data (up to the next magic), gap (two
// octets: how many), fin, and time that passes (an octet: seconds). What stands before the first magic is the client's.
// An input that begins with `transport ` or `#` and is a script is taken as one, so that the cases are seeds as they
// are.
#pragma once

#include <string>

#include "harness/script.hpp"

namespace wiretale::harness {

/// Reads any octets as a conversation over `transport`, between ports that mean nothing. Never throws.
[[nodiscard]] Script script_of_wire_form(Bytes input, Transport transport);

/// The other way round, for seeds.
[[nodiscard]] std::string wire_form_of(const Script& script);

}  // namespace wiretale::harness
