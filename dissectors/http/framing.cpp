#include "http/framing.hpp"

#include <algorithm>

#include "common/base64.hpp"
#include "common/field_values.hpp"
#include "common/notes.hpp"

namespace wiretale::web {
namespace {

/// What the header fields say of the body's end.
struct Declared {
  bool transfer_encoding = false;
  bool chunked = false;
  bool length_there = false;
  std::optional<std::uint64_t> length;
  std::vector<std::string> codings;
};

void read_transfer_encoding(const HeaderFields& fields, Declared& declared, const Faults& faults) {
  bool after = false;
  for (std::string_view list : fields.named("transfer-encoding")) {
    while (const auto element = next_element(list)) {
      const std::string_view coding = main_value(*element);
      if (equal_fold(coding, "identity")) continue;  // RFC 2616; says nothing
      declared.transfer_encoding = true;
      after = declared.chunked;
      if (equal_fold(coding, "chunked"))
        declared.chunked = true;
      else if (declared.codings.size() < faults.limits.record_items)
        declared.codings.emplace_back(coding);
    }
  }
  if (after)
    faults.say(AnomalyKind::malformed, "chunked_not_last",
               "Transfer-Encoding names a coding after chunked, or chunked twice; the body is read as chunked.");
}

void read_content_length(const HeaderFields& fields, Declared& declared, const Faults& faults) {
  for (std::string_view list : fields.named("content-length")) {
    std::optional<std::string_view> element = next_element(list);
    if (!element) element = std::string_view{};
    for (; element; element = next_element(list)) {
      const std::optional<std::uint64_t> length = decimal(*element);
      if (!length) {
        faults.say(
            AnomalyKind::malformed, "content_length_invalid",
            "Content-Length is no decimal number of at most 64 bits: " + std::string(element->substr(0, 64)) + ".");
      } else if (!declared.length_there || !declared.length) {
        declared.length = length;
      } else if (*length != *declared.length) {
        faults.say(AnomalyKind::malformed, "content_length_differs",
                   "Content-Length stands there twice with different numbers, " + std::to_string(*declared.length) +
                       " and " + std::to_string(*length) +
                       "; the first is used. Servers that choose differently can be "
                       "played against each other (request smuggling).");
      } else {
        faults.say(AnomalyKind::unusual, "content_length_repeated",
                   "Content-Length stands there twice, with the same number.");
      }
      declared.length_there = true;
    }
  }
}

Declared read(const HeaderFields& fields, std::string_view version, const Faults& faults) {
  Declared declared;
  read_transfer_encoding(fields, declared, faults);
  read_content_length(fields, declared, faults);
  if (declared.transfer_encoding && declared.length_there)
    faults.say(AnomalyKind::malformed, "length_and_transfer_encoding",
               "Both Content-Length and Transfer-Encoding are there; Transfer-Encoding holds. Servers that choose "
               "differently can be played against each other (request smuggling).");
  if (declared.transfer_encoding && version == "1.0")
    faults.say(AnomalyKind::unusual, "transfer_encoding_in_1_0", "HTTP/1.0 knows no Transfer-Encoding.");
  return declared;
}

}  // namespace

void Faults::say(AnomalyKind kind, std::string_view name, std::string_view text) const {
  note(anomalies, limits, kind, name, text, frame);
}

Framing frame_request(const HeaderFields& fields, std::string_view version, const Faults& faults) {
  Declared declared = read(fields, version, faults);
  if (declared.chunked) return {Framing::Kind::chunked, 0, std::move(declared.codings)};
  if (declared.transfer_encoding) {
    faults.say(AnomalyKind::malformed, "request_without_end",
               "Transfer-Encoding of a request does not name chunked: where the body ends can't be known.");
    return {Framing::Kind::until_close, 0, std::move(declared.codings)};
  }
  if (declared.length.value_or(0) == 0) return {};
  return {Framing::Kind::length, *declared.length, {}};
}

Framing frame_response(std::uint16_t status, std::string_view method, const HeaderFields& fields,
                       std::string_view version, const Faults& faults) {
  Declared declared = read(fields, version, faults);
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) return {};
  if (declared.chunked) return {Framing::Kind::chunked, 0, std::move(declared.codings)};
  if (declared.transfer_encoding) return {Framing::Kind::until_close, 0, std::move(declared.codings)};
  if (!declared.length) return {Framing::Kind::until_close, 0, {}};
  if (*declared.length == 0) return {};
  return {Framing::Kind::length, *declared.length, {}};
}

ChunkSize parse_chunk_size(std::string_view line) {
  ChunkSize chunk;
  const std::size_t semicolon = line.find(';');
  if (semicolon != std::string_view::npos) chunk.extension = trim_ows(line.substr(semicolon + 1));
  // White space before the extension is bad but real (RFC 9112, section 7.1.1); old servers pad sizes with it.
  const std::string_view digits = trim_ows(line.substr(0, semicolon));
  if (digits.empty()) chunk.fault = ChunkSize::Fault::no_number;
  for (const char c : digits) {
    const std::optional<std::uint8_t> digit = hex_digit(c);
    if (!digit) {
      chunk.fault = ChunkSize::Fault::no_number;
      break;
    }
    if (chunk.size >> 60U != 0) {
      chunk.fault = ChunkSize::Fault::overflow;
      break;
    }
    chunk.size = chunk.size << 4U | *digit;
  }
  return chunk;
}

}  // namespace wiretale::web
