// The JSON Schema of all records, and the reference pages in docs/reference/.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "engine/registry.hpp"
#include "harness/places.hpp"
#include "report/catalogue.hpp"
#include "report_support.hpp"

namespace wiretale::report_test {
namespace {

using Json = nlohmann::ordered_json;

/// As much of JSON Schema 2020-12 as our schemas use. What is wrong, or nothing.
class Validator {
 public:
  explicit Validator(const Json& root) : root_(root) {}
  [[nodiscard]] std::string fault(const Json& value) const { return fault(value, root_, "$"); }

 private:
  [[nodiscard]] std::string fault(const Json& value, const Json& schema, const std::string& where) const {
    for (const auto& [key, rule] : schema.items())
      if (const std::string found = one(value, schema, key, rule, where); !found.empty()) return found;
    return {};
  }

  [[nodiscard]] std::string one(const Json& value, const Json& schema, const std::string& key, const Json& rule,
                                const std::string& where) const {
    if (key == "$ref") return fault(value, root_.at(Json::json_pointer(rule.get<std::string>().substr(1))), where);
    if (key == "oneOf") {
      int matching = 0;
      for (const Json& choice : rule) matching += fault(value, choice, where).empty() ? 1 : 0;
      return matching == 1 ? "" : where + " matches " + std::to_string(matching) + " of oneOf";
    }
    if (key == "const") return value == rule ? "" : where + " is not " + rule.dump();
    if (key == "type") return is(value, rule.get<std::string>()) ? "" : where + " is no " + rule.get<std::string>();
    if (key == "pattern")
      return std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()))
                 ? ""
                 : where + " does not match";
    if (key == "minLength")
      return value.get<std::string>().size() >= rule.get<std::size_t>() ? "" : where + " is too short";
    if (key == "minimum") return value >= rule ? "" : where + " is too small";
    if (key == "minItems") return value.size() >= rule.get<std::size_t>() ? "" : where + " has too few items";
    if (key == "maxItems") return value.size() <= rule.get<std::size_t>() ? "" : where + " has too many items";
    if (key == "items") return each(value, rule, where);
    if (key == "required") {
      for (const Json& name : rule)
        if (!value.contains(name.get<std::string>())) return where + " lacks " + name.get<std::string>();
      return {};
    }
    if (key == "properties") {
      for (const auto& [name, member] : value.items())
        if (rule.contains(name))
          if (const std::string found = fault(member, rule[name], where + "." + name); !found.empty()) return found;
      return {};
    }
    if (key == "additionalProperties") {
      for (const auto& [name, member] : value.items()) {
        if (schema.contains("properties") && schema["properties"].contains(name)) continue;
        if (rule == false) return where + " must not have " + name;
        if (const std::string found = fault(member, rule, where + "." + name); !found.empty()) return found;
      }
      return {};
    }
    static const std::set<std::string> notes{"$schema", "$defs", "$comment", "title", "description", "contentEncoding"};
    return notes.contains(key) ? "" : "the validator does not know " + key;
  }

  [[nodiscard]] std::string each(const Json& value, const Json& rule, const std::string& where) const {
    for (std::size_t i = 0; i < value.size(); ++i)
      if (const std::string found = fault(value[i], rule, where + "[" + std::to_string(i) + "]"); !found.empty())
        return found;
    return {};
  }

  static bool is(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  const Json& root_;
};

std::vector<report::TypeEntry> with_ours() {
  auto types = report::all_types({});
  types.push_back({&record_type<Everything>, report::TypeEntry::Session::always, {"everything"}});
  return types;
}

/// A line of NDJSON that an Everything gives.
Json line_of(const Everything& record) {
  report::Style style;
  style.format = report::Format::ndjson;
  Report report(style);
  report.writer->flush();
  report.output.text.clear();
  report::SessionStory story;
  report.say(record, facts_of("17"), story);
  report.writer->flush();
  return Json::parse(report.output.text);
}

TEST(Schema, AcceptsWhatIsWritten) {
  const Json schema = Json::parse(report::schema(with_ours()));
  const Validator validator(schema);
  EXPECT_EQ(validator.fault(line_of({})), "");
  Everything all;
  all.text = "\xff";
  all.maybe = "x";
  all.facts.request_frames = {1, 2};
  all.facts.latency = Nanos(5);
  all.facts.anomalies = {{AnomalyKind::gap, "hole", "text", 3}, {AnomalyKind::gap, "hole", "", 0}};
  all.secret = {"x"};
  all.list = {{"a", 1}, {}};
  all.holes = {{1, 2}};
  all.counts.items = {{"a", 1}};
  all.inner.name = "x";
  EXPECT_EQ(validator.fault(line_of(all)), "");
  report::Style style;
  style.format = report::Format::ndjson;
  Report report(style);
  report::SessionStory story;
  report.loose(InterfaceRecord{});
  report.end(session_of(facts_of("17"), 20), story);
  std::istringstream lines(report.finish());
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(validator.fault(Json::parse(line)), "") << line;
}

TEST(Schema, IsStrict) {
  const Json schema = Json::parse(report::schema(with_ours(), "everything"));
  const Validator validator(schema);
  const Json good = line_of({});
  ASSERT_EQ(validator.fault(good), "");
  Json other = good;
  other["surprise"] = 1;
  EXPECT_EQ(validator.fault(other), "$ must not have surprise");
  other = good;
  other.erase("flag");
  EXPECT_EQ(validator.fault(other), "$ lacks flag");
  other = good;
  other.erase("session");
  EXPECT_NE(validator.fault(other), "");
  other = good;
  other["whole"] = "7";
  EXPECT_NE(validator.fault(other), "");
  other = good;
  other["time"] = "yesterday";
  EXPECT_NE(validator.fault(other), "");
  other = good;
  other["verb_base64"] = "eA==";
  EXPECT_NE(validator.fault(other), "");
}

TEST(Schema, HoldsAllTypesOfAllProtocols) {
  const Json schema = Json::parse(report::schema(report::all_types(engine::protocols())));
  for (const Protocol* protocol : engine::protocols()) {
    EXPECT_FALSE(protocol->records.empty()) << protocol->name;
    for (const RecordType* type : protocol->records)
      EXPECT_TRUE(schema["$defs"].contains(std::string(type->info.type))) << type->info.type;
  }
}

/// Every field has a meaning that ends like a sentence.
void expect_meanings(const std::vector<Shape::Member>& members, const std::string& where) {
  for (const Shape::Member& member : members) {
    const std::string name = where + "." + std::string(member.name);
    EXPECT_FALSE(member.meaning.empty()) << name;
    const Shape* inner = &member.shape;
    while (!inner->item.empty()) inner = &inner->item.front();
    expect_meanings(inner->fields, name);
  }
}

TEST(Schema, EveryFieldHasAMeaning) {
  for (const report::TypeEntry& entry : report::all_types(engine::protocols()))
    expect_meanings(entry.type->shape().fields, std::string(entry.type->info.type));
}

TEST(Reference, IsWhatTheCodeSays) {
  const std::filesystem::path folder = harness::source_folder() / "docs" / "reference";
  const auto pages = report::reference(engine::protocols());
  const std::string advice = "stale: run `tools/run reference docs/reference`";
  for (const auto& [name, text] : pages) {
    std::ifstream file(folder / name, std::ios::binary);
    std::ostringstream there;
    there << file.rdbuf();
    EXPECT_TRUE(there.str() == text) << "docs/reference/" << name << " is " << advice;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(pages.contains(entry.path().filename().string())) << entry.path() << " is " << advice;
}

}  // namespace
}  // namespace wiretale::report_test
