// A record as the NDJSON writer writes it, against the same record as nlohmann builds it field by field: equal values,
// and keys in the same order.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report_support.hpp"

namespace wiretale::report_test {
namespace {

using Json = nlohmann::ordered_json;

std::string utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    for (std::size_t length = std::min<std::size_t>(4, text.size() - i);; --length) {
      if (length == 0) {
        char escape[5];
        std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(text[i])));
        out += escape;
        ++i;
        break;
      }
      const std::string_view part = text.substr(i, length);
      if (!valid_utf8(part)) continue;
      out += part;
      i += length;
      break;
    }
  }
  return out;
}

template <class T>
Json of(const T& value, const SecretPolicy& secrets);

template <Described R>
void add_fields(Json& object, const R& record, const SecretPolicy& secrets) {
  for_each_field(record, [&]<class T>(std::string_view name, const T& value, std::string_view) {
    const Json made = of(value, secrets);
    if (made.is_null() || (made.is_structured() && made.empty())) return;
    object[std::string(name)] = made;
    std::string_view octets;
    if constexpr (std::convertible_to<T, std::string_view>) octets = value;
    if constexpr (std::same_as<T, std::optional<std::string>>) octets = *value;
    if constexpr (std::same_as<T, Redacted>) octets = value.secrets.empty() ? value.text : std::string_view();
    if (valid_utf8(octets)) return;
    std::string coded;
    append_base64(coded, bytes_of(octets));
    object[std::string(name) + "_base64"] = coded;
  });
}

/// Null where the value is absent.
template <class T>
Json of(const T& value, const SecretPolicy& secrets) {
  std::string text;
  if constexpr (std::same_as<T, bool> || std::integral<T> || std::floating_point<T>) {
    return value;
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return std::string_view(value).empty() ? Json() : Json(utf8(value));
  } else if constexpr (std::same_as<T, Timestamp>) {
    append_rfc3339(text, value);
    return text;
  } else if constexpr (std::same_as<T, Nanos>) {
    return static_cast<double>(value.count()) / 1e9;
  } else if constexpr (std::same_as<T, IpAddress> || std::same_as<T, MacAddress>) {
    append(text, value);
    return value.none() ? Json() : Json(text);
  } else if constexpr (std::same_as<T, Frames>) {
    return value.empty() ? Json() : Json{value.first, value.last};
  } else if constexpr (std::same_as<T, Secret>) {
    return value.empty() ? Json() : Json(secrets.shown(value.value));
  } else if constexpr (std::same_as<T, Redacted>) {
    return value.empty() ? Json() : Json(utf8(shown(value, secrets)));
  } else if constexpr (std::same_as<T, WideNumber>) {
    char digits[24];
    std::snprintf(digits, sizeof digits, value.hex ? "0x%llx" : "%llu", static_cast<unsigned long long>(value.value));
    return digits;
  } else if constexpr (std::same_as<T, Anomaly>) {
    Json object{{"kind", name_of(value.kind)}, {"name", value.name}};
    if (!value.text.empty()) object["text"] = utf8(value.text);
    if (value.frame != 0) object["frame"] = value.frame;
    return object;
  } else if constexpr (requires { value.has_value(); }) {
    return value ? of(*value, secrets) : Json();
  } else if constexpr (requires { value.items.begin()->first; }) {
    Json object = Json::object();
    for (const auto& [name, item] : value.items) object[name] = of(item, secrets);
    return object;
  } else if constexpr (Described<T>) {
    Json object = Json::object();
    add_fields(object, value, secrets);
    return object;
  } else if constexpr (requires { value.begin(); }) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(of(item, secrets));
    return list;
  } else {
    return to_string(value);
  }
}

template <Record R>
void expect_equal(const R& record, const SecretPolicy& secrets = {}) {
  report::Style style;
  style.format = report::Format::ndjson;
  style.secrets = secrets;
  Report report(style);
  report.output.text.clear();
  report::SessionStory story;
  report.inside = {"tls"};
  report.say(record, facts_of("17"), story);
  report.writer->flush();
  const std::string line = report.output.text.substr(report.output.text.find("\n") + 1);
  Json expected{{"type", R::info.type}, {"session", "17"}};
  add_fields(expected, record, secrets);
  expected["inside"] = {"tls"};
  ASSERT_FALSE(line.empty());
  const Json got = Json::parse(line);
  EXPECT_EQ(got, expected);
  EXPECT_EQ(got.dump(), expected.dump());  // keys in order, too
}

TEST(NdjsonRecord, EqualsNlohmannWhereAlmostAllIsAbsent) { expect_equal(Everything{}); }

Everything full() {
  Everything all;
  all.facts.time = at(123);
  all.facts.request_frames = {17, 18};
  all.facts.latency = std::chrono::microseconds(400);
  all.facts.complete = false;
  all.facts.anomalies = {{AnomalyKind::gap, "hole", "12 octets \x01 are missing", 18},
                         {AnomalyKind::limit, "cap", "", 0}};
  all.text = "line\nbreak \"quoted\" \xff";
  all.view = "größe";
  all.maybe = "\x80 octets";
  all.flag = true;
  all.whole = INT64_MIN;
  all.real = -2.5e-3;
  all.ip = *IpAddress::parse("2001:db8::1");
  all.mac = {{2, 0, 0x5e, 0x10, 0, 1}};
  all.verb = Code<Verb>(77);
  all.other = Code<Verb>(2);
  all.secret = {"swordfish"};
  all.redacted = std::string_view("user=bob&password=swordfish");
  all.redacted.secrets = {{18, 9}};
  all.list = {{"a", 1}, {"", {}}, {"c", {}}};
  all.holes = {{1, 2}, {30, 40}};
  all.counts.items = {{"tcp", 1}, {"a \"b\"", 2}};
  all.inner = {"x", 5};
  return all;
}

TEST(NdjsonRecord, EqualsNlohmannWhereNothingIsAbsent) { expect_equal(full()); }

TEST(NdjsonRecord, EqualsNlohmannForEachSecrecy) {
  expect_equal(full(), SecretPolicy(Secrecy::fingerprint, "key"));
  expect_equal(full(), SecretPolicy(Secrecy::show, {}));
}

TEST(NdjsonRecord, HidesSecretsByDefault) {
  std::string out;
  const SecretPolicy policy;
  JsonWriter json(out, policy);
  write_json_fields(json, full());
  EXPECT_EQ(out.find("swordfish"), std::string::npos) << out;
}

TEST(Named, ANameStandsThereOnce) {
  Named<std::uint64_t> counts;
  counts.of("mails") += 2;
  counts.of("hosts") += 1;
  counts.of("mails") += 3;
  ASSERT_EQ(counts.items.size(), 2U);
  EXPECT_EQ(counts.items[0], (std::pair<std::string, std::uint64_t>("mails", 5)));
  EXPECT_EQ(counts.items[1], (std::pair<std::string, std::uint64_t>("hosts", 1)));
}

}  // namespace
}  // namespace wiretale::report_test
