// A header section: `Name: value` lines up to an empty line (RFC 9112, section 5; RFC 5322, section 2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/input.hpp>
#include <wiretale/session.hpp>

namespace wiretale {

/// One field of a header section.
struct HeaderField {
  std::string_view name;   ///< as sent; empty for a line that has no colon
  std::string_view value;  ///< unfolded, without white space around
};

/// Whose rules a header section follows.
enum class HeaderSyntax : std::uint8_t {
  hypertext,  ///< folding and white space before the colon are faults; a fold becomes one space (RFC 9112, 5.1
              ///< and 5.2)
  mime        ///< folding is usual and keeps its white space; obsolete syntax is accepted (RFC 5322, 2.2.3 and 4.5)
};

/// The fields of one header section, in order, duplicates kept. It is fed line by line, so that what was read
/// before a fault remains, and keeps all text in one string. It may be moved; views that it gave out then
/// end.
///
///   HeaderFields fields(HeaderSyntax::hypertext);
///   while (fields.add(co_await in.line(), session(), anomalies)) {}
class HeaderFields {
 public:
  explicit HeaderFields(HeaderSyntax syntax = HeaderSyntax::hypertext) : syntax_(syntax) {}

  /// Takes the next line of the section. False when it was the empty line that ends the section. What is
  /// wrong goes to `anomalies` (each name once): bare_lf, obs_fold, space_before_colon, field_without_colon,
  /// leading_white_space, control_in_field, line_cut; at a cap (Limits::header_bytes, header_fields) the
  /// session is told, and later lines are only counted.
  bool add(const Line& line, Session& session, std::vector<Anomaly>& anomalies);

  /// Number of fields kept.
  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] bool empty() const { return slots_.empty(); }
  /// Field number `index`, from 0. The views hold until the next add() or move.
  [[nodiscard]] HeaderField operator[](std::size_t index) const;
  /// Value of the first field of this name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// How many fields have this name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// Values of all fields of one name, as `for (const std::string_view value : fields.named("via"))`. Holds as long as
  /// `name`, and as the fields' views do.
  class Named;
  [[nodiscard]] Named named(std::string_view name) const;
  /// Octets of the section read so far, line endings and what the caps left out included.
  [[nodiscard]] std::uint64_t octets() const { return octets_; }
  /// False once a cap left fields out.
  [[nodiscard]] bool whole() const { return !full_; }
  /// True when the empty line was seen.
  [[nodiscard]] bool ended() const { return ended_; }

  /// Goes through all fields, as `for (const HeaderField field : fields)`.
  class Iterator {
   public:
    Iterator(const HeaderFields& fields, std::size_t index) : fields_(&fields), index_(index) {}
    HeaderField operator*() const { return (*fields_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const HeaderFields* fields_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, slots_.size()}; }

 private:
  /// Where a field's parts are in text_. Limits::header_bytes keeps them far below 4 GB.
  struct Slot {
    std::uint32_t name, name_size, value, value_size;
  };

  /// Where what is wrong with a line goes.
  struct Notes {
    Session& session;
    std::vector<Anomaly>& anomalies;
    Frame frame;
    void say(AnomalyKind kind, std::string_view name, std::string_view text);
  };

  [[nodiscard]] std::size_t next_named(std::string_view name, std::size_t from) const;
  [[nodiscard]] std::string_view value(const Slot& slot) const {
    return std::string_view(text_).substr(slot.value, slot.value_size);
  }
  void check_line(const Line& line, Notes& notes);
  bool room(Notes& notes);
  void fold(std::string_view text, Notes& notes);
  void field(std::string_view text, Notes& notes);
  void put(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<Slot> slots_;
  std::uint64_t octets_ = 0;
  HeaderSyntax syntax_;
  bool continues_ = false;  // the line before was cut: what comes is its rest
  bool full_ = false;
  bool ended_ = false;
};

class HeaderFields::Named {
 public:
  class Iterator {
   public:
    Iterator(const HeaderFields& fields, std::string_view name, std::size_t index)
        : fields_(&fields), name_(name), index_(index) {}
    std::string_view operator*() const { return fields_->value(fields_->slots_[index_]); }
    Iterator& operator++() {
      index_ = fields_->next_named(name_, index_ + 1);
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const HeaderFields* fields_;
    std::string_view name_;
    std::size_t index_;
  };

  Named(const HeaderFields& fields, std::string_view name) : fields_(&fields), name_(name) {}
  [[nodiscard]] Iterator begin() const { return {*fields_, name_, fields_->next_named(name_, 0)}; }
  [[nodiscard]] Iterator end() const { return {*fields_, name_, fields_->size()}; }

 private:
  const HeaderFields* fields_;
  std::string_view name_;
};

inline HeaderFields::Named HeaderFields::named(std::string_view name) const { return {*this, name}; }

}  // namespace wiretale
