#include <algorithm>

#include <nlohmann/json.hpp>

#include <wiretale/records.hpp>
#include <wiretale/shape.hpp>

#include "report/catalogue.hpp"
#include "report/report.hpp"

namespace wiretale::report {
namespace {

using Json = nlohmann::ordered_json;

Json of(const Shape& shape);

Json text(std::string_view pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

/// An object with these members and no others.
void add_members(Json& object, const std::vector<Shape::Member>& members) {
  for (const Shape::Member& member : members) {
    const std::string name(member.name);
    Json value = of(member.shape);
    value["description"] = member.meaning;
    object["properties"][name] = std::move(value);
    if (!member.shape.optional) object["required"].push_back(name);
    if (member.shape.kind == Shape::Kind::wire_text)
      object["properties"][name + "_base64"] = {
          {"type", "string"},
          {"contentEncoding", "base64"},
          {"description", "The octets of `" + name + "`, where they are not UTF-8."}};
  }
}

Json empty_object() {
  return {
      {"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}, {"additionalProperties", false}};
}

Json frames() {
  return {{"type", "array"}, {"items", {{"type", "integer"}, {"minimum", 1}}}, {"minItems", 2}, {"maxItems", 2}};
}

Json code(const Shape& shape) {
  // Names can't be listed to the last one (some tables have 32 bits of numbers): any text that is not empty.
  const bool hex = shape.prefix.ends_with("0x");
  return {{"type", "string"},
          {"minLength", 1},
          {"$comment", "A name; where there is none, " + std::string(shape.prefix) +
                           (hex ? "and hex digits." : "and the number.")}};
}

Json of(const Shape& shape) {
  using Kind = Shape::Kind;
  switch (shape.kind) {
    case Kind::text:
    case Kind::wire_text:
    case Kind::secret:
      return {{"type", "string"}};
    case Kind::time:
      return text("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$");
    case Kind::code:
      return code(shape);
    case Kind::wide:
      return text("^(0x[0-9a-f]+|[0-9]+)$");
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::integer:
      return {{"type", "integer"}};
    case Kind::seconds:
    case Kind::number:
      return {{"type", "number"}};
    case Kind::frames:
      return frames();
    case Kind::array:
      return {{"type", "array"}, {"items", of(shape.item.front())}};
    case Kind::map:
      return {{"type", "object"}, {"additionalProperties", of(shape.item.front())}};
    case Kind::object:
      break;
  }
  Json object = empty_object();
  add_members(object, shape.fields);
  return object;
}

Json of(const TypeEntry& entry) {
  const RecordType& type = *entry.type;
  Json object{{"title", type.info.type}, {"description", type.info.meaning}};
  object.update(empty_object());
  Json& properties = object["properties"];
  properties["type"] = {{"const", type.info.type}};
  object["required"].push_back("type");
  using Session = TypeEntry::Session;
  if (entry.session == Session::always || entry.session == Session::sometimes) {
    properties["session"] = text("^[0-9]+[a-z]*$");
    properties["session"]["description"] = "The session that it belongs to.";
    if (entry.session == Session::always) object["required"].push_back("session");
  }
  add_members(object, type.shape().fields);
  if (entry.session == Session::always || entry.session == Session::sometimes)
    properties["inside"] = {
        {"type", "array"}, {"items", {{"type", "string"}}}, {"description", "Outer layers, as tls."}};
  if (type.join != nullptr && !properties.contains("same_as"))
    properties["same_as"] = {
        {"type", "array"}, {"items", {{"type", "string"}}}, {"description", "Ids of earlier ones that are the same."}};
  return object;
}

}  // namespace

std::vector<TypeEntry> all_types(std::span<const Protocol* const> protocols) {
  using Session = TypeEntry::Session;
  std::vector<TypeEntry> all{
      {&record_type<CaptureRecord>, Session::none, {}},          {&record_type<SectionRecord>, Session::none, {}},
      {&record_type<InterfaceRecord>, Session::none, {}},        {&record_type<CommentRecord>, Session::none, {}},
      {&record_type<FragmentsRecord>, Session::none, {}},        {&record_type<SessionRecord>, Session::own, {}},
      {&record_type<TcpSegmentRecord>, Session::always, {}},     {&record_type<FileRecord>, Session::always, {}},
      {&record_type<FindingRecord>, Session::sometimes, {}},     {&record_type<MailJourneyRecord>, Session::none, {}},
      {&record_type<AnnouncedSessionRecord>, Session::none, {}}, {&record_type<HostRecord>, Session::none, {}},
      {&record_type<SummaryRecord>, Session::none, {}},
  };
  const std::size_t own = all.size();
  for (const Protocol* protocol : protocols) {
    for (const RecordType* type : protocol->records) {
      auto known =
          std::ranges::find(all, type->info.type, [](const TypeEntry& entry) { return entry.type->info.type; });
      if (known == all.end()) {
        const bool never = protocol->datagram == nullptr && protocol->stream == nullptr;
        const Session session = never                        ? Session::none
                                : protocol->loose != nullptr ? Session::sometimes
                                                             : Session::always;
        all.push_back({type, session, {}});
        known = all.end() - 1;
      }
      if (static_cast<std::size_t>(known - all.begin()) >= own) known->protocols.push_back(protocol->name);
    }
  }
  std::ranges::stable_sort(all.begin() + static_cast<std::ptrdiff_t>(own), all.end(), {},
                           [](const TypeEntry& entry) { return entry.type->info.type; });
  return all;
}

std::string schema(const std::vector<TypeEntry>& types, std::string_view only) {
  Json document{{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
  if (!only.empty()) {
    for (const TypeEntry& entry : types)
      if (entry.type->info.type == only) document.update(of(entry));
    return document.dump(2);
  }
  document["title"] = "wiretale record";
  document["description"] =
      "A line of wiretale --format ndjson (version " + std::string(schema_version) + " of the records).";
  document["oneOf"] = Json::array();
  for (const TypeEntry& entry : types) {
    const std::string name(entry.type->info.type);
    document["oneOf"].push_back({{"$ref", "#/$defs/" + name}});
    document["$defs"][name] = of(entry);
  }
  return document.dump(2);
}

}  // namespace wiretale::report
