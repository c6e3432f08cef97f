// How the lines of a text report are laid out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/tale.hpp>

#include "report/report.hpp"
#include "report/text_paint.hpp"

namespace wiretale::report {

/// A line that a record told.
struct TaleLine {
  enum class Kind : std::uint8_t { said, told, detail, notice, explanation };
  Kind kind = Kind::told;
  Side side = Side::client;
  Frames frames;
  std::string text;
  std::string aside;
};

/// Takes down what one record tells.
class TaleLines final : public Tale {
 public:
  TaleLines(const SecretPolicy& secrets, bool explaining) : secrets_(secrets), explaining_(explaining) {}

  void said(Side side, Frames frames, std::string_view text, std::string_view aside) override {
    add(TaleLine::Kind::said, side, frames, text, aside);
  }
  void told(Frames frames, std::string_view text, std::string_view aside) override {
    add(TaleLine::Kind::told, Side::client, frames, text, aside);
  }
  void detail(std::string_view text) override { add(TaleLine::Kind::detail, Side::client, {}, text, {}); }
  void notice(Frame frame, std::string_view text) override {
    add(TaleLine::Kind::notice, Side::client, {frame, frame}, text, {});
  }
  [[nodiscard]] bool explaining() const override { return explaining_; }
  void explain(std::string_view sentence) override {
    if (explaining_) add(TaleLine::Kind::explanation, Side::client, {}, sentence, {});
  }
  [[nodiscard]] const SecretPolicy& secrets() const override { return secrets_; }

  void clear() { used_ = 0; }
  [[nodiscard]] std::span<TaleLine> lines() { return std::span(lines_).first(used_); }

 private:
  void add(TaleLine::Kind kind, Side side, Frames frames, std::string_view text, std::string_view aside);

  const SecretPolicy& secrets_;
  bool explaining_;
  std::vector<TaleLine> lines_;  // their strings keep their room from one record to the next
  std::size_t used_ = 0;
};

/// `21`, or `21–25`.
[[nodiscard]] std::string frames_text(Frames frames);
/// `frame 21`, or `frames 21–25`.
[[nodiscard]] std::string frames_words(Frames frames);
/// `2024-05-01 12:00:01.123`, in UTC.
[[nodiscard]] std::string time_text(Timestamp time);
/// `2024-05-01`, and `12:00:01.123`.
[[nodiscard]] std::string day_text(Timestamp time);
[[nodiscard]] std::string clock_text(Timestamp time);

/// Lays out lines in 80 columns, or as wide as they are.
class Layout {
 public:
  explicit Layout(const Style& style) : wide_(style.wide), paint_(style.color) {}

  /// Columns of a report.
  [[nodiscard]] std::size_t width() const { return wide_ ? unlimited : 80; }
  [[nodiscard]] const Paint& paint() const { return paint_; }

  /// Adds lines of a record; frame numbers are right-aligned in so many columns.
  void lines(std::string& out, std::span<const TaleLine> lines, std::size_t frame_columns) const;
  /// Adds one faint line that stands under the texts of a record, as for what is folded.
  void note(std::string& out, std::string_view text, std::size_t frame_columns) const;
  /// Adds an explanation under the texts of a record; sentences come from us, captured text in them is visible.
  void explanation(std::string& out, std::string_view sentence, std::size_t frame_columns) const;
  /// Adds words that belong together, two spaces between, on as few lines as hold them; lines after the first begin
  /// with `indent` spaces. Ends without a line end. `used`: columns taken on the first line. Returns those of the last
  /// line.
  std::size_t row(std::string& out, std::span<const std::string> words, std::size_t used, std::size_t indent,
                  Look look) const;
  /// Adds a text, wrapped, each line after `indent` spaces.
  void paragraph(std::string& out, std::string_view text, std::size_t indent, Look look) const;

 private:
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1) / 4;

  void text(std::string& out, const TaleLine& line, std::size_t indent, Look look, std::size_t most_lines) const;

  bool wide_;
  Paint paint_;
};

}  // namespace wiretale::report
