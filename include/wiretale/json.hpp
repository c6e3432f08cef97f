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

/// Writes JSON values one after another into a string. Commas come by themselves.
class JsonWriter {
 public:
  /// Appends to `out`; secrets are shown as `policy` says. Both must outlive the writer.
  JsonWriter(std::string& out, const SecretPolicy& policy) : out_(out), policy_(policy) {}

  void begin_object() { open('{'); }
  void end_object() { out_ += '}'; }
  void begin_array() { open('['); }
  void end_array() { out_ += ']'; }

  /// The name of the next value.
  void key(std::string_view name) {
    if (needs_comma()) out_ += ',';
    out_ += '"';
    out_ += name;
    out_.append("\":", 2);
  }

  /// Text: escaped where JSON asks for it, octets that aren't UTF-8 as \xNN.
  void text(std::string_view value);
  /// A name or number that needs no escapes.
  void plain(std::string_view value) {
    comma();
    out_ += '"';
    out_ += value;
    out_ += '"';
  }
  template <std::integral T>
  void number(T value) {
    comma();
    char digits[24];
    out_.append(std::begin(digits), std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  }
  void number(double value);
  void boolean(bool value) {
    comma();
    out_ += value ? "true" : "false";
  }

  [[nodiscard]] const SecretPolicy& policy() const { return policy_; }
  /// The text written so far, for those that add to it raw.
  [[nodiscard]] std::string& out() { return out_; }
  /// Call before a value that is written to out() raw.
  void comma() {
    if (needs_comma() && out_.back() != ':') out_ += ',';
  }

 private:
  [[nodiscard]] bool needs_comma() const {
    if (out_.empty()) return false;
    const char last = out_.back();
    return last != '{' && last != '[' && last != '\n';
  }
  void open(char bracket) {
    comma();
    out_ += bracket;
  }

  std::string& out_;
  const SecretPolicy& policy_;
};

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

/// Writes a field: name, value, and the `_base64` twin of a text that isn't UTF-8. Nothing where the value is absent.
template <class T>
void write_json_field(JsonWriter& json, std::string_view name, const T& value) {
  if (!present(value)) return;
  json.key(name);
  write_json(json, value);
  const auto twin = [&](std::string_view text) {
    if (valid_utf8(text)) return;
    std::string twin_name(name);
    twin_name += "_base64";
    json.key(twin_name);
    json.out() += '"';
    append_base64(json.out(), bytes_of(text));
    json.out() += '"';
  };
  if constexpr (std::convertible_to<T, std::string_view>)
    twin(value);
  else if constexpr (std::same_as<T, std::optional<std::string>> || std::same_as<T, std::optional<std::string_view>>)
    twin(*value);
  else if constexpr (std::same_as<T, Redacted>) {
    if (value.secrets.empty()) twin(value.text);
  }
}

/// Writes the fields of a described struct, without the braces around them.
template <Described R>
void write_json_fields(JsonWriter& json, const R& record) {
  for_each_field(record, [&]<class T>(std::string_view name, const T& value, std::string_view) {
    write_json_field(json, name, value);
  });
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
  else if constexpr (std::same_as<T, Timestamp>) {
    json.comma();
    json.out() += '"';
    append_rfc3339(json.out(), value);
    json.out() += '"';
  } else if constexpr (std::same_as<T, Nanos>) {
    json.comma();
    append_seconds(json.out(), value);
  } else if constexpr (std::same_as<T, IpAddress> || std::same_as<T, MacAddress>) {
    json.comma();
    json.out() += '"';
    append(json.out(), value);
    json.out() += '"';
  } else if constexpr (std::same_as<T, Frames>) {
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
    json.comma();
    json.out() += '"';
    append_code(json.out(), decltype(table_of(value))::name(value.value), decltype(table_of(value))::prefix,
                value.value);
    json.out() += '"';
  }
}

/// The table of a Code's type, for decltype only.
template <class E>
E table_of(Code<E>);

}  // namespace wiretale
