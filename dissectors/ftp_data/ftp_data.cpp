#include "ftp_data/ftp_data.hpp"

#include <array>
#include <utility>

#include <wiretale/records.hpp>

namespace wiretale {
namespace file_transfer {
namespace {

/// Data may be anything: only the control connection tells that it is data.
Guess probe(Transport, Bytes) { return {}; }

}  // namespace

FtpDataDissector::FtpDataDissector(Session& session)
    : StreamDissector(session), link_(std::static_pointer_cast<DataLink>(session.link())) {
  if (!link_) link_ = std::make_shared<DataLink>();  // somebody else says that this is data
  link_->session = session.facts().id;
  link_->data = this;
}

FtpDataDissector::~FtpDataDissector() { link_->data = nullptr; }

Talk FtpDataDissector::read(Input& in, Side side) {
  for (;;) {
    const Piece piece = co_await in.some();
    if (piece.kind == Piece::Kind::end) co_return;
    take(piece, side);
  }
}

void FtpDataDissector::take(const Piece& piece, Side side) {
  if (!file_) {
    sender_ = side;
    file_.emplace(session(), FileAbout{"ftp", side, {}, {}, {}});
    link_->first = piece.where.first;
  }
  if (side != sender_) {
    if (!std::exchange(both_, true))
      session().anomaly({AnomalyKind::unusual, "data_both_ways",
                         "Both sides send on a data connection; what the second one sends is only counted.",
                         piece.where.frames.first});
    return;
  }
  file_->take(piece);
  link_->last = piece.where.last;
  if (piece.kind == Piece::Kind::missing) {
    link_->missing += piece.missing;
    return;
  }
  link_->frames.add(piece.where.frames);
  link_->bytes += piece.bytes.size();
  if (link_->listing && link_->missing == 0 && link_->text.size() < session().limits().text_bytes)
    link_->text +=
        text_of(piece.bytes).substr(0, static_cast<std::size_t>(session().limits().text_bytes) - link_->text.size());
  if (link_->file.empty()) link_->file = file_->id();
}

/// Reading pieces goes on over holes: none of them gets here.
void FtpDataDissector::gap(Side, std::uint64_t, Frame) {}

bool FtpDataDissector::heard_all() const {
  if (file_) return session().heard_all(sender_);
  return session().heard_all(Side::client) && session().heard_all(Side::server);
}

void FtpDataDissector::end(Side side, Close) {
  ended_[index(side)] = true;
  if (ended_[0] && ended_[1]) finish();
}

void FtpDataDissector::finish() {
  link_->whole = heard_all();
  link_->data = nullptr;
  if (link_->control != nullptr) link_->control->data_over();
  if (!file_ || link_->listing) return;
  file_->about().name = link_->name;
  file_->about().expected_bytes = link_->expected_bytes;
  file_->finish(link_->whole && link_->asked && !link_->failed && !link_->part);
}

}  // namespace file_transfer

namespace {
constexpr std::array<const RecordType*, 1> ftp_data_records{&record_type<FileRecord>};
}  // namespace

const Protocol ftp_data{
    .name = "ftp_data",
    .title = "File Transfer Protocol, data connections",
    .rfcs = "RFC 959",
    .ports = {},
    .probe = file_transfer::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<file_transfer::FtpDataDissector>(session);
    },
    .datagram = nullptr,
    .records = ftp_data_records,
    .across_ports = {},
};

}  // namespace wiretale
