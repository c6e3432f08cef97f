#include "report/text_layout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/display.hpp"

namespace wiretale::report {
namespace {

/// Lines that one thing said may take; --wide shows all.
constexpr std::size_t said_lines = 6, detail_lines = 3;
/// Octets that are looked at to fill those lines: more can't be shown in 80 columns.
constexpr std::size_t shown_octets = 4096;

/// Takes the next line off a text, without its line end.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void TaleLines::add(TaleLine::Kind kind, Side side, Frames frames, std::string_view text, std::string_view aside) {
  if (used_ == lines_.size()) lines_.emplace_back();
  TaleLine& line = lines_[used_++];
  line.kind = kind;
  line.side = side;
  line.frames = frames;
  line.text = text;
  line.aside = aside;
}

std::string frames_text(Frames frames) {
  if (frames.empty()) return {};
  return frames.first == frames.last ? fmt::format("{}", frames.first)
                                     : fmt::format("{}–{}", frames.first, frames.last);
}

std::string frames_words(Frames frames) {
  return (frames.first == frames.last ? "frame " : "frames ") + frames_text(frames);
}

std::string time_text(Timestamp time) {
  std::string text;
  append_rfc3339(text, time);
  text.resize(23);
  text[10] = ' ';
  return text;
}

std::string day_text(Timestamp time) { return time_text(time).substr(0, 10); }

std::string clock_text(Timestamp time) { return time_text(time).substr(11); }

void Layout::text(std::string& out, const TaleLine& line, std::size_t indent, Look look, std::size_t most_lines) const {
  const std::size_t room = width() - indent;
  const std::size_t most = wide_ || most_lines == 0 ? SIZE_MAX : most_lines;
  std::string_view rest = line.text;
  std::size_t written = 0, used = 0;
  bool more = false;
  std::string shown;
  do {
    const std::string_view one = next_line(rest);
    shown.clear();
    append_visible(shown, most == SIZE_MAX ? one : one.substr(0, shown_octets));
    const Wrapped wrapped = wrap(shown, room, room, most == SIZE_MAX ? 0 : most - written);
    for (std::size_t i = 0; i < std::max<std::size_t>(wrapped.lines.size(), 1); ++i) {
      const std::string_view part = wrapped.lines.empty() ? std::string_view{} : wrapped.lines[i];
      if (written++ != 0) {
        out += '\n';
        out.append(indent, ' ');
      }
      paint_.add(out, look, part);
      used = columns(part);
    }
    more = wrapped.more;
    if (more) {
      out += "…";
      ++used;
    }
  } while (!rest.empty() && !more && written < most);
  std::string aside = visible(line.aside);
  if (!rest.empty()) {
    const auto lines = 1 + static_cast<std::uint64_t>(std::ranges::count(rest.substr(0, rest.size() - 1), '\n'));
    aside = fmt::format("… {}{}{}", human_count(lines, "more line"), aside.empty() ? "" : "  ", aside);
  }
  if (aside.empty()) return;
  if (used + 2 + columns(aside) > room) {
    out += '\n';
    out.append(indent, ' ');
  } else {
    out += "  ";
  }
  paint_.add(out, Look::faint, elided(aside, room));
}

void Layout::lines(std::string& out, std::span<const TaleLine> lines, std::size_t frame_columns) const {
  using Kind = TaleLine::Kind;
  const std::size_t indent = frame_columns + 4;
  for (const TaleLine& line : lines) {
    if (line.kind == Kind::explanation) {
      // The writer lays it out, where it is the first one of its kind.
      out += '\x01';
      out += static_cast<char>(frame_columns + ' ');
      append_visible(out, line.text);
      out += '\n';
      continue;
    }
    if (line.kind == Kind::detail) {
      out.append(indent + 2, ' ');
      text(out, line, indent + 2, Look::plain, detail_lines);
      out += '\n';
      continue;
    }
    const std::string frames = line.frames.empty() ? std::string() : frames_text(line.frames);
    const std::size_t used = columns(frames);
    if (used < frame_columns) out.append(frame_columns - used, ' ');
    paint_.add(out, Look::faint, frames);
    out += ' ';
    const std::size_t text_at = std::max(used, frame_columns) + 4;
    if (line.kind == Kind::notice) {
      paint_.add(out, Look::alarm, "!");
      out += "  ";
      text(out, line, text_at, Look::alarm, 0);
    } else {
      const bool client = line.side == Side::client;
      if (line.kind == Kind::said)
        paint_.add(out, client ? Look::client : Look::server, client ? "C" : "S");
      else
        out += ' ';
      out += "  ";
      text(out, line, text_at, Look::plain, said_lines);
    }
    out += '\n';
  }
}

void Layout::note(std::string& out, std::string_view text, std::size_t frame_columns) const {
  out.append(frame_columns + 4, ' ');
  paint_.add(out, Look::faint, text);
  out += '\n';
}

void Layout::explanation(std::string& out, std::string_view sentence, std::size_t frame_columns) const {
  const std::size_t indent = frame_columns + 4;
  const std::size_t room = width() - indent - 2;
  for (const std::string_view line : wrap(sentence, room, room).lines) {
    out.append(indent, ' ');
    paint_.add(out, Look::faint, "│ ");
    paint_.add(out, Look::faint, line);
    out += '\n';
  }
}

std::size_t Layout::row(std::string& out, std::span<const std::string> words, std::size_t used, std::size_t indent,
                        Look look) const {
  for (const std::string& word : words) {
    if (word.empty()) continue;
    if (used > indent) {
      if (used + 2 + columns(word) > width()) {
        out += '\n';
        out.append(indent, ' ');
        used = indent;
      } else {
        out += "  ";
        used += 2;
      }
    }
    const std::string fits = elided(word, width() > used ? width() - used : 1);
    paint_.add(out, look, fits);
    used += columns(fits);
  }
  return used;
}

void Layout::paragraph(std::string& out, std::string_view text, std::size_t indent, Look look) const {
  const std::size_t room = width() - indent;
  for (const std::string_view line : wrap(text, room, room).lines) {
    out.append(indent, ' ');
    paint_.add(out, look, line);
    out += '\n';
  }
}

}  // namespace wiretale::report
