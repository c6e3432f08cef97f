// Writes records as JSON. This is the hot path of NDJSON: no document is built, nothing is copied twice.
#pragma once

#include <charconv>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include <wiretale/record.hpp>

namespace wiretale {

/// Appends `bytes` in base64 (RFC 4648, section 4).
void append_base64(std::string& out, Bytes bytes);
/// True where the text is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool valid_utf8(std::string_view text);
// NOLINTBEGIN(cppcoreguidelines-pro-bounds-pointer-arithmetic): of the room that the writer made itself
/// Writes JSON values one after another into a string. Commas come by themselves.
///
/// A writer keeps room at the string's end, which it fills without asking the string each time: as long as the writer
/// lives, the string is whole only in out().
class JsonWriter {
 public:
  /// Appends to `out`; secrets are shown as `policy` says. Both must outlive the writer.
  JsonWriter(std::string& out, const SecretPolicy& policy) : out_(out), policy_(policy) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;
  ~JsonWriter() { settle(); }

  void begin_object() { open('{'); }
  void end_object() { put('}'); }
  void begin_array() { open('['); }
  void end_array() { put(']'); }

  /// The name of the next value.
  [[gnu::always_inline]] void key(std::string_view name) {
    char* to = room(name.size() + 4);
    to = with_comma(to, needs_comma());
    *to++ = '"';
    to = copy(to, name);
    *to++ = '"';
    *to++ = ':';
    at_ = to;
  }
  /// The name of the next value, where it comes from the wire.
  void wire_key(std::string_view name) {
    text(name);
    put(':');
  }

  /// Text: escaped where JSON asks for it, octets that aren't UTF-8 as \xNN. False where there were such octets.
  bool text(std::string_view value);
  /// A name or number that needs no escapes.
  void plain(std::string_view value) {
    char* to = value_room(value.size() + 2);
    *to++ = '"';
    to = copy(to, value);
    *to++ = '"';
    at_ = to;
  }
  template <std::integral T>
  void number(T value) {
    char* const to = value_room(24);
    if (value >= 0 && value < 10) {
      *to = static_cast<char>('0' + value);
      at_ = to + 1;
    } else {
      at_ = std::to_chars(to, to + 24, value).ptr;
    }
  }
  void number(double value);
  void boolean(bool value) {
    const std::string_view word = value ? "true" : "false";
    at_ = copy(value_room(5), word);
  }
  void time(Timestamp value);
  /// A duration, as append_seconds() writes it.
  void seconds(Nanos value);
  void address(const IpAddress& value);
  void address(const MacAddress& value);
  /// As append_code() writes it.
  void code(std::string_view name, std::string_view prefix, std::uint32_t value);

  [[nodiscard]] const SecretPolicy& policy() const { return policy_; }
  /// The text written so far, for those that add to it raw. The writer goes on behind what they added.
  [[nodiscard]] std::string& out() {
    settle();
    return out_;
  }
  /// Call before a value that is written to out() raw.
  void comma() { at_ = value_room(0); }

 private:
  /// Room for `octets` more: where to write them.
  char* room(std::size_t octets) {
    if (static_cast<std::size_t>(end_ - at_) < octets) [[unlikely]]
      grow(octets);
    return at_;
  }
  /// The same behind a comma, where a value needs one.
  char* value_room(std::size_t octets) {
    char* const to = room(octets + 1);
    return with_comma(to, needs_comma() && to[-1] != ':');
  }
  static char* with_comma(char* to, bool needed) {
    *to = ',';
    return to + (needed ? 1 : 0);
  }
  /// There must be room.
  [[nodiscard]] bool needs_comma() const {
    if (at_ == start_) return false;
    const char last = at_[-1];
    return last != '{' && last != '[' && last != '\n';
  }
  void open(char bracket) {
    char* const to = value_room(1);
    *to = bracket;
    at_ = to + 1;
  }
  void put(char c) {
    *room(1) = c;
    ++at_;
  }
  void put(std::string_view text) { at_ = copy(room(text.size()), text); }
  /// Short texts are copied without a call: most names and values are short.
  static char* copy(char* to, std::string_view text) {
    const char* const from = text.data();
    const std::size_t size = text.size();
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      std::memcpy(to, from, 16);
      std::memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
      std::memcpy(to, from, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + size - 4, from + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
    return to + size;
  }
  template <class Address>
  void quoted_address(const Address& value);
  void grow(std::size_t octets);
  /// Gives back the room that was not used.
  void settle() {
    if (at_ == nullptr) return;
    out_.resize(static_cast<std::size_t>(at_ - start_));
    start_ = at_ = end_ = nullptr;
  }

  std::string& out_;
  const SecretPolicy& policy_;
  char* start_ = nullptr;  // the string's memory, its end so far, and the end of the room; null while settled
  char* at_ = nullptr;
  char* end_ = nullptr;
};
// NOLINTEND(cppcoreguidelines-pro-bounds-pointer-arithmetic)
/// Whether a value appears at all; see record.hpp.
template <class T>
[[nodiscard]] bool present(const T& value) {
  if constexpr (requires { value.has_value(); })
    return value.has_value() && present(*value);
  else if constexpr (requires { value.items.empty(); })
    return !value.items.empty();
  else if constexpr (std::same_as<T, IpAddress> || std::same_as<T, MacAddress>)
    return !value.none();
  else if constexpr (requires { value.empty(); })
    return !value.empty();
  else if constexpr (Described<T>) {
    bool any = false;
    for_each_field(value,
                   [&](std::string_view, const auto& member, std::string_view) { any = any || present(member); });
    return any;
  } else
    return true;
}

template <class T>
void write_json(JsonWriter& json, const T& value);

/// Writes the `_base64` twin of a field.
void write_twin(JsonWriter& json, std::string_view name, std::string_view octets);

/// Writes a field: name, value, and the `_base64` twin of a text that isn't UTF-8. Nothing where the value is absent.
/// (Inlined, because its name then costs a few instructions.)
template <class T>
[[gnu::always_inline]] inline void write_json_field(JsonWriter& json, std::string_view name, const T& value) {
  if (!present(value)) return;
  json.key(name);
  const auto text = [&](std::string_view octets) {
    if (!json.text(octets)) write_twin(json, name, octets);
  };
  if constexpr (std::convertible_to<T, std::string_view>)
    text(value);
  else if constexpr (std::same_as<T, std::optional<std::string>> || std::same_as<T, std::optional<std::string_view>>)
    text(*value);
  else if constexpr (std::same_as<T, Redacted>) {
    if (value.secrets.empty())
      text(value.text);
    else
      write_json(json, value);
  } else
    write_json(json, value);
}

/// Writes the fields of a described struct, without the braces around them.
template <Described R>
void write_json_fields(JsonWriter& json, const R& record) {
  for_each_field(record, [&]<class T>(std::string_view name, const T& value, std::string_view)
                             __attribute__((always_inline)) { write_json_field(json, name, value); });
}

/// Writes one value in the form that its type decides.
template <class T>
void write_json(JsonWriter& json, const T& value) {
  if constexpr (std::same_as<T, bool>)
    json.boolean(value);
  else if constexpr (std::integral<T> || std::floating_point<T>)
    json.number(value);
  else if constexpr (std::convertible_to<T, std::string_view>)
    json.text(value);
  else if constexpr (std::same_as<T, Timestamp>)
    json.time(value);
  else if constexpr (std::same_as<T, Nanos>)
    json.seconds(value);
  else if constexpr (std::same_as<T, IpAddress> || std::same_as<T, MacAddress>)
    json.address(value);
  else if constexpr (std::same_as<T, Frames>) {
    json.begin_array();
    json.number(value.first);
    json.number(value.last);
    json.end_array();
  } else if constexpr (std::same_as<T, Secret>)
    json.text(json.policy().shown(value.value));
  else if constexpr (std::same_as<T, Redacted>) {
    if (value.secrets.empty())
      json.text(value.text);
    else
      json.text(shown(value, json.policy()));
  } else if constexpr (std::same_as<T, WideNumber>) {
    json.comma();
    json.out().append(value.hex ? "\"0x" : "\"");
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value.value, value.hex ? 16 : 10);
    json.out().append(std::begin(digits), end.ptr);
    json.out() += '"';
  } else if constexpr (std::same_as<T, AnomalyKind>)
    json.plain(name_of(value));
  else if constexpr (std::same_as<T, Anomaly>) {
    json.begin_object();
    json.key("kind");
    json.plain(name_of(value.kind));
    json.key("name");
    json.plain(value.name);
    if (!value.text.empty()) {
      json.key("text");
      json.text(value.text);
    }
    if (value.frame != 0) {
      json.key("frame");
      json.number(value.frame);
    }
    json.end_object();
  } else if constexpr (requires { value.has_value(); })
    write_json(json, *value);
  else if constexpr (requires { value.items.begin()->first; }) {
    json.begin_object();
    for (const auto& [name, item] : value.items) {
      json.text(name);
      json.out() += ':';
      write_json(json, item);
    }
    json.end_object();
  } else if constexpr (Described<T>) {
    json.begin_object();
    write_json_fields(json, value);
    json.end_object();
  } else if constexpr (requires {
                         value.begin();
                         value.end();
                       }) {
    json.begin_array();
    for (const auto& item : value) write_json(json, item);
    json.end_array();
  } else {  // Code<E>
    using Table = decltype(table_of(value));
    json.code(Table::name(value.value), Table::prefix, value.value);
  }
}

/// The table of a Code's type, for decltype only.
template <class E>
E table_of(Code<E>);

}  // namespace wiretale
