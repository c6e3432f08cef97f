// wiretale protocols: what is understood.
#include <algorithm>

#include <fmt/format.h>

#include "cli/cli.hpp"
#include "engine/registry.hpp"
#include "report/catalogue.hpp"

namespace wiretale::cli {
namespace {

std::string ports_of(const Protocol& protocol) {
  std::string text;
  for (const Port& port : protocol.ports) text += fmt::format("{}{}", text.empty() ? "" : " ", to_string(port));
  return text;
}

/// `text` in lines of 80 columns behind an indent.
std::string wrapped(std::string text, std::size_t indent = 12) {
  const std::size_t room = 80 - indent;
  std::string out;
  while (text.size() > room) {
    const std::size_t space = text.rfind(' ', room);
    if (space == std::string::npos || space == 0) break;
    out += text.substr(0, space) + '\n' + std::string(indent, ' ');
    text.erase(0, space + 1);
  }
  return out + text;
}

}  // namespace

int list_protocols() {
  std::vector<const Protocol*> all(engine::protocols().begin(), engine::protocols().end());
  std::ranges::sort(all, {}, &Protocol::name);
  std::string text;
  for (const Protocol* protocol : all) {
    text += fmt::format("{:<10}  {}\n", protocol->name, protocol->title);
    if (!protocol->ports.empty()) text += fmt::format("            {}\n", wrapped(ports_of(*protocol)));
    if (!protocol->rfcs.empty()) text += fmt::format("            {}\n", wrapped(std::string(protocol->rfcs)));
  }
  return print(text);
}

int list_limits(const Limits& limits) {
  std::string text;
  for (const LimitField& field : limit_fields())
    text += fmt::format("{:<20} {:>8}  {}\n", field.name, limit_value(limits, field),
                        wrapped(std::string(field.meaning), 31));
  return print(text);
}

int print_schema(std::string_view type) {
  const auto types = report::all_types(engine::protocols());
  if (!type.empty() && std::ranges::none_of(types, [&](const auto& one) { return one.type->info.type == type; })) {
    std::string names;
    for (const auto& one : types) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.type->info.type);
    throw UsageError{fmt::format("no record has the type {}", type), "types: " + names};
  }
  return print(report::schema(types, type) + "\n");
}

}  // namespace wiretale::cli
