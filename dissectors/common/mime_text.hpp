// The text of mail header fields: encoded words, parameters, mailboxes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wiretale {

/// A field's text with its encoded words (RFC 2047) decoded to UTF-8, wherever they stand; white space between two of
/// them goes. An encoded word that can't be decoded stays as it is, and `clean` becomes false.
[[nodiscard]] std::string decode_words(std::string_view text, bool& clean);

/// A structured value as `text/plain; charset="utf-8"`.
struct MimeValue {
  struct Parameter {
    std::string name;  ///< lower case, without RFC 2231's stars
    std::string text;  ///< UTF-8: continuations joined, charset and percent signs undone, encoded words decoded
  };

  std::string value;  ///< what stands before the first `;`, lower case, without comments
  std::vector<Parameter> parameters;
  bool clean = true;  ///< false where something in a parameter could not be decoded

  /// The parameter of this name; empty where there is none.
  [[nodiscard]] std::string_view operator[](std::string_view name) const;
};

/// Takes a value apart (RFC 2045, section 5.1; RFC 2231). Tolerant: unquoted values may hold spaces.
[[nodiscard]] MimeValue parse_mime_value(std::string_view text);

/// The mailboxes of an address field (RFC 5322, section 3.4), each as it was written, encoded words decoded, groups
/// dissolved; `limit` of them at most.
[[nodiscard]] std::vector<std::string> split_mailboxes(std::string_view text, std::size_t limit, bool& clean);

/// The text without comments (RFC 5322, section 3.2.2) and without white space around.
[[nodiscard]] std::string without_comments(std::string_view text);

}  // namespace wiretale
