#include "report/text_fold.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/display.hpp"

namespace wiretale::report {
namespace {

/// So many stand as they are; more are folded.
constexpr std::uint64_t shown_whole = 2;
/// Ports or servers that are named.
constexpr std::size_t named = 12;

}  // namespace

QuietGroup::Alike QuietGroup::likeness(const Unpacked<quiet::count>& session) const {
  const auto& fields = session.fields;
  if (fields[quiet::day] != day_ || fields[quiet::label] != label_ || fields[quiet::status] != status_)
    return Alike::any;
  const bool client = fields[quiet::client] == client_, server = fields[quiet::server] == server_;
  if (client && server) return Alike::server;
  if (fields[quiet::port] != port_) return Alike::any;
  return client ? Alike::port : server ? Alike::target : Alike::any;
}

bool QuietGroup::takes(const Unpacked<quiet::count>& session) const {
  if (count_ == 0) return true;
  const Alike now = likeness(session);
  return now != Alike::any && (alike_ == Alike::any || alike_ == now);
}

void QuietGroup::add(const Unpacked<quiet::count>& session, std::string_view text) {
  const auto& fields = session.fields;
  if (count_ == 0) {
    day_ = fields[quiet::day];
    client_ = fields[quiet::client];
    server_ = fields[quiet::server];
    port_ = fields[quiet::port];
    label_ = fields[quiet::label];
    status_ = fields[quiet::status];
    first_id_ = fields[quiet::id];
    first_frame_ = fields[quiet::first_frame];
  } else {
    const auto place = [&](Alike alike) {
      return alike == Alike::server ? quiet::port : alike == Alike::port ? quiet::server : quiet::client;
    };
    if (alike_ == Alike::any) {
      alike_ = likeness(session);
      seen_ = {alike_ == Alike::server ? port_ : alike_ == Alike::port ? server_ : client_};
    }
    const std::string there(fields[place(alike_)]);
    if (seen_.size() <= named && std::ranges::find(seen_, there) == seen_.end()) seen_.push_back(there);
  }
  last_id_ = fields[quiet::id];
  last_frame_ = fields[quiet::last_frame];
  if (++count_ <= shown_whole) texts_ += text;
}

std::string QuietGroup::places() const {
  if (seen_.size() == 1 && seen_.front().empty()) return {};
  std::string text = alike_ == Alike::port     ? "to "
                     : alike_ == Alike::target ? "from "
                     : seen_.size() == 1       ? "port "
                                               : "ports ";
  for (std::size_t i = 0; i < std::min(seen_.size(), named); ++i) text += (i == 0 ? "" : ", ") + seen_[i];
  if (seen_.size() > named) text += " …";
  return text;
}

void QuietGroup::give(std::string& out) {
  if (count_ <= shown_whole) {
    out += texts_;
  } else {
    const std::string lead =
        fmt::format("#{}–#{}  {} → {}", first_id_, last_id_, alike_ == Alike::target ? "many" : client_,
                    alike_ == Alike::port ? "many" : server_);
    layout_.paint().add(out, Look::strong, lead);
    std::string what = label_ + " session";
    if (alike_ != Alike::server && !port_.empty()) what = fmt::format("{} port {} session", label_, port_);
    const std::vector<std::string> words{human_count(count_, what),
                                         fmt::format("frames {}–{}", first_frame_, last_frame_),
                                         status_.empty() ? std::string() : "each " + status_};
    layout_.row(out, words, columns(lead), 5, Look::plain);
    out += '\n';
    if (const std::string text = places(); !text.empty()) layout_.paragraph(out, text, 5, Look::faint);
  }
  count_ = 0;
  alike_ = Alike::any;
  seen_.clear();
  texts_.clear();
}

}  // namespace wiretale::report
