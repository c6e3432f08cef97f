// What a text report says before and after the sessions: the capture, findings, mails on their way, hosts, what was
// left out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/spool.hpp"
#include "report/text_layout.hpp"
#include "report/text_pieces.hpp"

namespace wiretale::report {

/// What a capture tells beside packets, as text: the first ones.
struct NoticeTexts {
  std::size_t kept;
  std::uint64_t count = 0;
  std::vector<std::string> first{};
};
struct OpeningTexts {
  NoticeTexts interfaces{.kept = 8};  ///< and who wrote the capture
  NoticeTexts comments{.kept = 200};
};

/// Adds the first lines: which files, when, how much, which protocols.
void append_opening(std::string& out, const Layout& layout, const CaptureRecord& capture, const OpeningTexts& texts,
                    const SummaryRecord& summary, std::uint64_t hosts);
/// Adds what was left out: damage, packets that were not decoded, caps that were reached.
void append_left_out(std::string& out, const Layout& layout, const SummaryRecord& summary);

/// Findings of all sessions, equal ones together.
class Findings {
 public:
  void add(const Unpacked<finding_text::count>& finding);
  void append(std::string& out, const Layout& layout) const;

 private:
  struct Group {
    std::string severity, title, explanation, evidence, filter;
    std::vector<std::string> places;  ///< `#17 frames 21, 22`, the first ones
    std::uint64_t count = 0;
  };
  std::map<std::string, std::size_t, std::less<>> by_kind_;
  std::vector<Group> groups_;
  std::uint64_t beyond_ = 0;
};

/// Mails that were seen more than once, with the way that each took.
class Journeys {
 public:
  /// A mail, in case that it is seen again.
  void leg(std::string_view id, const Unpacked<mail_leg::count>& leg);
  void add(const MailJourneyRecord& journey, const Layout& layout);
  [[nodiscard]] const Spool& text() const { return text_; }

 private:
  struct Leg {
    std::string route, protocol, time;
  };
  std::unordered_map<std::string, Leg> legs_;
  Spool text_;
};

/// What belongs to no session, as ARP: the first of it.
class Beside {
 public:
  /// True where the next lines are still told; else they are only counted.
  [[nodiscard]] bool wants() { return ++count_ <= kept; }
  void add(std::string_view lines) { text_.append(lines); }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const Spool& text() const { return text_; }
  /// What was not told; empty where all was.
  [[nodiscard]] std::string rest() const;

 private:
  static constexpr std::uint64_t kept = 500;
  std::uint64_t count_ = 0;
  Spool text_;
};

/// The hosts with the most traffic.
class Hosts {
 public:
  void add(const HostRecord& host);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  void append(std::string& out, const Layout& layout) const;

 private:
  struct Host {
    std::uint64_t bytes, order;
    std::string ip;
    std::vector<std::string> words;
  };
  std::uint64_t count_ = 0;
  std::vector<Host> hosts_;  ///< a heap: the one with the least traffic first
};

}  // namespace wiretale::report
