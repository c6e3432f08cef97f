#include <algorithm>

#include <fmt/format.h>

#include <wiretale/records.hpp>
#include <wiretale/shape.hpp>

#include "report/catalogue.hpp"

namespace wiretale::report {
namespace {

/// Names that a page lists of one table.
constexpr std::size_t names_listed = 120;

/// A table of names, and the fields that use it.
struct Names {
  std::string fields;
  std::string prefix;
  std::vector<std::string_view> names;
};

/// Text in a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*') out += '\\';
    out += c;
  }
  return out;
}

std::string form(const Shape& shape) {
  using Kind = Shape::Kind;
  switch (shape.kind) {
    case Kind::text:
    case Kind::wire_text:
      return "text";
    case Kind::time:
      return "time";
    case Kind::code:
      return fmt::format("name, or `{}…`", shape.prefix);
    case Kind::secret:
      return "secret";
    case Kind::wide:
      return "number as text";
    case Kind::boolean:
      return "true, false";
    case Kind::integer:
      return "integer";
    case Kind::seconds:
      return "seconds";
    case Kind::number:
      return "number";
    case Kind::frames:
      return "[first, last]";
    case Kind::array:
      return "list of " + form(shape.item.front());
    case Kind::map:
      return "object of " + form(shape.item.front());
    case Kind::object:
      break;
  }
  return "object";
}

class Page {
 public:
  explicit Page(const TypeEntry& entry) : entry_(entry) {}

  std::string text() {
    const RecordType& type = *entry_.type;
    text_ = fmt::format("{}# {}\n\n{}\n\n", page_mark, type.info.type, cell(type.info.meaning));
    if (!entry_.protocols.empty()) text_ += fmt::format("Told by: {}.\n\n", fmt::join(entry_.protocols, ", "));
    text_ += "| Field | Form | Always | Meaning |\n|---|---|---|---|\n";
    row("type", fmt::format("`{}`", type.info.type), true, "What kind of record it is.");
    using Session = TypeEntry::Session;
    const bool of_session = entry_.session == Session::always || entry_.session == Session::sometimes;
    if (of_session) row("session", "text", entry_.session == Session::always, "The session that it belongs to.");
    members({}, type.shape().fields);
    if (of_session) row("inside", "list of text", false, "Outer layers of an inner stream, as `tls`.");
    if (entry_.session == Session::own) {
      text_ +=
          "\nIn a JSON document `exchanges` is the list of them, and `stream` is the number that Wireshark gives to "
          "the "
          "session (`tcp.stream`, `udp.stream`).\n";
    }
    names();
    return text_;
  }

 private:
  void row(std::string_view name, std::string_view how, bool always, std::string_view meaning) {
    text_ += fmt::format("| `{}` | {} | {} | {} |\n", name, how, always ? "yes" : "", cell(meaning));
  }

  void members(const std::string& path, const std::vector<Shape::Member>& fields) {
    for (const Shape::Member& member : fields) {
      std::string name = path + std::string(member.name);
      row(name, form(member.shape), !member.shape.optional, member.meaning);
      const Shape* inner = &member.shape;
      for (; !inner->item.empty(); inner = &inner->item.front()) name += inner->kind == Shape::Kind::map ? ".*" : "[]";
      if (inner->kind == Shape::Kind::code) note_names(name, *inner);
      if (inner->kind == Shape::Kind::object) members(name + ".", inner->fields);
    }
  }

  void note_names(const std::string& path, const Shape& shape) {
    if (shape.name == nullptr) return;
    std::vector<std::string_view> names;
    for (std::uint32_t number = 0; number <= 0xffff; ++number)
      if (const std::string_view name = shape.name(number); !name.empty()) names.push_back(name);
    if (names.empty()) return;
    for (Names& known : names_) {
      if (known.prefix != shape.prefix || known.names != names) continue;
      known.fields += ", `" + path + "`";
      return;
    }
    names_.push_back({"`" + path + "`", std::string(shape.prefix), std::move(names)});
  }

  void names() {
    if (names_.empty()) return;
    text_ += "\n## Names\n";
    for (const Names& table : names_) {
      const std::size_t listed = std::min(table.names.size(), names_listed);
      text_ += fmt::format("\n{}: ", table.fields);
      for (std::size_t i = 0; i < listed; ++i) text_ += fmt::format("{}{}", i == 0 ? "" : ", ", cell(table.names[i]));
      if (table.names.size() > listed) text_ += fmt::format(" and {} more", table.names.size() - listed);
      text_ += fmt::format("; else `{}` and the number.\n", table.prefix);
    }
  }

  const TypeEntry& entry_;
  std::string text_;
  std::vector<Names> names_;
};

constexpr std::string_view conventions = R"(
## How to read them

- `wiretale --format ndjson` writes a record a line, `capture` first and `summary` last. `--format json` writes one
  document that holds the same records: `capture`, `sessions` (each with its `exchanges`), `mails`, `files`, `hosts`,
  `findings`, `records` (what belongs to no session) and `summary`.
- A field is absent where nothing was seen of it; there is no `null` and no empty text. *Always* marks those that are
  never absent.
- **time** is RFC 3339 in UTC, with nanoseconds, as captured. **seconds** are exact decimals; **[first, last]** are
  frame numbers as Wireshark shows them.
- **text** is UTF-8. Octets that are not appear as `\xNN`, and the field has a twin `…_base64` with all of them.
- A **name** is the one that the protocol's RFC gives to a number; a number without a name keeps its prefix, as
  `TYPE65280`.
- A **secret** is `<hidden>`, or `<hmac:…>` with `--secrets fingerprint` (equal secrets look equal), or itself with
  `--secrets show`.
- **number as text** is for numbers of 64 bits, which JSON readers would round.
- Sessions are called by the number of their first frame; files and mails by their session's and a count: `17.1`.

`wiretale schema` prints the same as JSON Schema. [Limits](limits.md) says what is bounded, and how far.
)";

std::string limits_page() {
  std::string text = fmt::format(
      "{}# Limits\n\nWhat may grow with the input, and how far. Reaching a cap is told: in the record or session that "
      "it touches,\nand in the summary's `limits_reached`. `--limit NAME=VALUE` sets one; `wiretale limits` prints "
      "this list.\n\n| Limit | Default | Meaning |\n|---|---|---|\n",
      page_mark);
  for (const LimitField& field : limit_fields())
    text += fmt::format("| {} | {} | {} |\n", field.name, limit_value(Limits{}, field), cell(field.meaning));
  return text;
}

std::string index(const std::vector<TypeEntry>& types, std::span<const Protocol* const> protocols) {
  std::string text = fmt::format("{}# Records\n\nWhat wiretale tells, one page a record type.\n\n", page_mark);
  text += "| Type | Meaning |\n|---|---|\n";
  for (const TypeEntry& entry : types)
    text += fmt::format("| [{0}]({0}.md) | {1} |\n", entry.type->info.type, cell(entry.type->info.meaning));
  text += "\n## Protocols\n\n| Protocol | | Ports | Defined in |\n|---|---|---|---|\n";
  std::vector<const Protocol*> order(protocols.begin(), protocols.end());
  std::ranges::sort(order, {}, &Protocol::name);
  for (const Protocol* protocol : order) {
    std::string ports;
    for (const Port& port : protocol->ports) ports += fmt::format("{}{}", ports.empty() ? "" : ", ", to_string(port));
    text += fmt::format("| {} | {} | {} | {} |\n", protocol->name, cell(protocol->title), ports, cell(protocol->rfcs));
  }
  text += conventions;
  return text;
}

}  // namespace

std::map<std::string, std::string> reference(std::span<const Protocol* const> protocols) {
  const std::vector<TypeEntry> types = all_types(protocols);
  std::map<std::string, std::string> pages;
  pages["README.md"] = index(types, protocols);
  pages["limits.md"] = limits_page();
  for (const TypeEntry& entry : types) pages[std::string(entry.type->info.type) + ".md"] = Page(entry).text();
  return pages;
}

}  // namespace wiretale::report
