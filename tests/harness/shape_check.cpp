#include "harness/shape_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <wiretale/records.hpp>
#include <wiretale/session.hpp>
#include <wiretale/shape.hpp>

#include "engine/registry.hpp"

namespace wiretale::harness {
namespace {

using Json = nlohmann::ordered_json;
using Kind = Shape::Kind;

/// Shapes of all record types by name: those of no protocol, and all that the protocols declare.
const std::map<std::string, Shape, std::less<>>& shapes() {
  static const auto made = [] {
    std::map<std::string, Shape, std::less<>> all;
    const auto add = [&](const RecordType& type) { all.try_emplace(std::string(type.info.type), type.shape()); };
    add(record_type<CaptureRecord>);
    add(record_type<InterfaceRecord>);
    add(record_type<SessionRecord>);
    add(record_type<FileRecord>);
    add(record_type<FindingRecord>);
    add(record_type<HostRecord>);
    add(record_type<MailJourneyRecord>);
    add(record_type<AnnouncedSessionRecord>);
    add(record_type<SummaryRecord>);
    for (const Protocol* protocol : engine::protocols())
      for (const RecordType* type : protocol->records) add(*type);
    return all;
  }();
  return made;
}

bool rfc3339(const std::string& text) {
  constexpr std::string_view form = "0000-00-00T00:00:00.000000000Z";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

bool frames(const Json& value) {
  return value.is_array() && value.size() == 2 && value[0].is_number_unsigned() && value[1].is_number_unsigned() &&
         value[0] >= 1 && value[0] <= value[1];
}

bool wide_number(const std::string& text) {
  const bool hex = text.starts_with("0x");
  const std::string_view digits = std::string_view(text).substr(hex ? 2 : 0);
  return !digits.empty() &&
         std::ranges::all_of(digits, [&](char c) { return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f'); });
}

std::string fault_of(const Json& value, const Shape& shape, const std::string& where);

std::string fault_of_object(const Json& value, const Shape& shape, const std::string& where,
                            const std::set<std::string>& also) {
  if (!value.is_object()) return where + " is no object";
  const auto declared = [&](std::string_view name) {
    return std::ranges::find(shape.fields, name, &Shape::Member::name);
  };
  for (const auto& [name, item] : value.items()) {
    if (also.contains(name)) continue;
    const std::string inner = where + "." + name;
    if (const auto member = declared(name); member != shape.fields.end()) {
      if (std::string fault = fault_of(item, member->shape, inner); !fault.empty()) return fault;
      continue;
    }
    constexpr std::string_view twin = "_base64";
    const bool twinned = name.ends_with(twin) && value.contains(name.substr(0, name.size() - twin.size()));
    if (!twinned) return inner + " isn't declared";
    if (!item.is_string()) return inner + " is no string";
  }
  for (const Shape::Member& member : shape.fields)
    if (!member.shape.optional && !value.contains(member.name)) return where + " lacks " + std::string(member.name);
  return {};
}

std::string fault_of_items(const Json& value, const Shape& shape, const std::string& where) {
  const Shape& of_item = shape.item.at(0);
  for (const auto& [name, item] : value.items()) {
    // An empty text is no field, but one among others has its place: the second string of a TXT record.
    const bool text = of_item.kind == Kind::text || of_item.kind == Kind::wire_text;
    if (text && item.is_string()) continue;
    if (item.is_object() && item.empty()) return where + "[" + name + "] is empty";
    if (std::string fault = fault_of(item, of_item, where + "[" + name + "]"); !fault.empty()) return fault;
  }
  return {};
}

std::string fault_of(const Json& value, const Shape& shape, const std::string& where) {
  const auto expect = [&](bool good, std::string_view what) {
    return good ? std::string() : where + " is no " + std::string(what) + ": " + value.dump();
  };
  switch (shape.kind) {
    case Kind::text:
    case Kind::wire_text:
    case Kind::code:
    case Kind::secret:
      return expect(value.is_string() && !value.get_ref<const std::string&>().empty(), "text");
    case Kind::wide:
      return expect(value.is_string() && wide_number(value.get<std::string>()), "64-bit number");
    case Kind::time:
      return expect(value.is_string() && rfc3339(value.get<std::string>()), "time");
    case Kind::boolean:
      return expect(value.is_boolean(), "boolean");
    case Kind::integer:
      return expect(value.is_number_integer(), "integer");
    case Kind::seconds:
    case Kind::number:
      return expect(value.is_number(), "number");
    case Kind::frames:
      return expect(frames(value), "range of frames");
    case Kind::array:
      return value.is_array() ? fault_of_items(value, shape, where) : expect(false, "array");
    case Kind::map:
      return value.is_object() ? fault_of_items(value, shape, where) : expect(false, "object");
    case Kind::object:
      return fault_of_object(value, shape, where, {});
  }
  return where + " has a shape that nobody knows";
}

}  // namespace

std::string shape_fault(const Json& record) {
  if (!record.is_object() || record.empty()) return "a record is an object";
  const auto type = record.find("type");
  if (type == record.end() || !type->is_string()) return "a record has a type";
  const auto shape = shapes().find(type->get<std::string>());
  if (shape == shapes().end()) return "type " + type->dump() + " isn't declared by its protocol";
  return fault_of_object(record, shape->second, shape->first, {"type", "session", "inside", "same_as", "stream"});
}

std::string line_fault(std::string_view line) {
  const Json record = Json::parse(line, nullptr, false);
  if (record.is_discarded()) return "this is no JSON: " + std::string(line);
  return shape_fault(record);
}

}  // namespace wiretale::harness
