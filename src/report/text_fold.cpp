#include "report/text_fold.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace wiretale::report {
namespace {

/// So many stand as they are; more are folded.
constexpr std::uint64_t shown_whole = 2;
/// Ports or servers that are named.
constexpr std::size_t named = 12;

}  // namespace

bool QuietGroup::takes(const Unpacked<quiet::count>& session) const {
  if (count_ == 0) return true;
  const auto& fields = session.fields;
  if (fields[quiet::client] != client_ || fields[quiet::label] != label_ || fields[quiet::status] != status_)
    return false;
  const bool same_server = fields[quiet::server] == server_, same_port = fields[quiet::port] == port_;
  switch (alike_) {
    case Alike::any:
      return same_server || same_port;
    case Alike::server:
      return same_server;
    case Alike::port:
      break;
  }
  return same_port;
}

void QuietGroup::add(const Unpacked<quiet::count>& session, std::string_view text) {
  const auto& fields = session.fields;
  if (count_ == 0) {
    client_ = fields[quiet::client];
    server_ = fields[quiet::server];
    port_ = fields[quiet::port];
    label_ = fields[quiet::label];
    status_ = fields[quiet::status];
    first_id_ = fields[quiet::id];
    first_frame_ = fields[quiet::first_frame];
  } else if (alike_ == Alike::any) {
    alike_ = fields[quiet::server] == server_ ? Alike::server : Alike::port;
    seen_ = {alike_ == Alike::server ? port_ : server_};
  }
  if (count_ != 0) {
    const std::string place(fields[alike_ == Alike::server ? quiet::port : quiet::server]);
    if (seen_.size() <= named && std::ranges::find(seen_, place) == seen_.end()) seen_.push_back(place);
  }
  last_id_ = fields[quiet::id];
  last_frame_ = fields[quiet::last_frame];
  if (++count_ <= shown_whole) texts_ += text;
}

std::string QuietGroup::places() const {
  std::string text = alike_ == Alike::server ? (seen_.size() == 1 ? "port " : "ports ") : "to ";
  for (std::size_t i = 0; i < std::min(seen_.size(), named); ++i) text += (i == 0 ? "" : ", ") + seen_[i];
  if (seen_.size() > named) text += " …";
  return text;
}

void QuietGroup::give(std::string& out) {
  if (count_ <= shown_whole) {
    out += texts_;
  } else {
    const std::string number = fmt::format("#{}–#{}  ", first_id_, last_id_);
    const std::string ends = client_ + " → " + (alike_ == Alike::port ? "many" : server_);
    layout_.paint().add(out, Look::strong, number + ends);
    out += "  ";
    const std::vector<std::string> words{human_count(count_, label_ + " session"),
                                         fmt::format("frames {}–{}", first_frame_, last_frame_),
                                         status_.empty() ? std::string() : "each " + status_};
    layout_.row(out, words, number.size() + ends.size(), 5, Look::plain);
    out += '\n';
    if (!(seen_.size() == 1 && seen_.front().empty())) layout_.paragraph(out, places(), 5, Look::faint);
  }
  count_ = 0;
  alike_ = Alike::any;
  seen_.clear();
  texts_.clear();
}

}  // namespace wiretale::report
