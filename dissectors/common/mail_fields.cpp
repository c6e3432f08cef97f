#include "common/mail_fields.hpp"

#include <algorithm>

#include "common/field_values.hpp"
#include "common/mime_text.hpp"

namespace wiretale {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Offset behind the word at `at`; a comment counts as one, however many spaces it has.
std::size_t word_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && depth != 0)
      ++at;
    else if (c == '(')
      ++depth;
    else if (c == ')' && depth != 0)
      --depth;
    else if (depth == 0 && is_space(c))
      break;
  }
  return std::min(at, text.size());
}

std::string* clause_of(MailHop& hop, std::string_view word) {
  if (equal_fold(word, "from")) return &hop.from;
  if (equal_fold(word, "by")) return &hop.by;
  if (equal_fold(word, "via")) return &hop.via;
  if (equal_fold(word, "with")) return &hop.with;
  if (equal_fold(word, "id")) return &hop.id;
  if (equal_fold(word, "for")) return &hop.recipient;
  return nullptr;
}

}  // namespace

MailHop parse_hop(std::string_view value) {
  MailHop hop;
  const std::size_t date = value.rfind(';');
  if (date != std::string_view::npos) {
    hop.date = trim_ows(value.substr(date + 1));
    value = value.substr(0, date);
  }
  std::string* clause = nullptr;
  for (std::size_t at = 0; at < value.size();) {
    if (is_space(value[at])) {
      ++at;
      continue;
    }
    const std::size_t end = word_end(value, at);
    const std::string_view word = value.substr(at, end - at);
    at = end;
    std::string* const next = clause_of(hop, word);
    if (next && next->empty()) {
      clause = next;
    } else if (clause) {
      if (!clause->empty()) *clause += ' ';
      *clause += word;
    }
  }
  if (hop.recipient.starts_with('<') && hop.recipient.ends_with('>'))
    hop.recipient = hop.recipient.substr(1, hop.recipient.size() - 2);
  return hop;
}

std::string parse_message_id(std::string_view value) {
  std::string id = without_comments(value);
  const std::size_t end = id.find('>');
  if (id.starts_with('<') && end != std::string::npos) id.resize(end + 1);
  return id;
}

bool is_field_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = trim_ows(line.substr(0, colon));
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

}  // namespace wiretale
