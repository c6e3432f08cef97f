// Transfers: a command, where its data goes, and what of it was seen there.
#include <algorithm>
#include <utility>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "ftp/dissector.hpp"
#include "ftp/reply.hpp"

namespace wiretale::file_transfer {
namespace {

std::string_view mode_of(Verb verb) {
  switch (verb) {
    case Verb::port:
      return "active";
    case Verb::eprt:
      return "extended_active";
    case Verb::pasv:
      return "passive";
    default:
      return "extended_passive";
  }
}

std::string_view direction_of(Verb verb) {
  if (verb == Verb::list) return "listing";
  return verb == Verb::store ? "upload" : "download";
}

/// What of a listing's argument is a path: `/pub` of `-la /pub`.
std::string_view path_of(Verb verb, std::string_view argument) {
  while (verb == Verb::list && argument.starts_with('-')) {
    const std::size_t end = std::min(argument.find(' '), argument.size());
    argument = trim_ows(argument.substr(end));
  }
  return argument;
}

}  // namespace

/// The two have agreed on where the next data connection goes.
void FtpDissector::announce(const Exchange& exchange) {
  const FtpRecord& record = exchange.record;
  if (!record.address || !announces(exchange.verb)) return;
  if (record.replies.empty() || record.replies.back().code.value_or(0) / 100 != 2) return;
  auto link = std::make_shared<DataLink>();
  const SessionFacts& facts = session().facts();
  const bool active = exchange.verb == Verb::port || exchange.verb == Verb::eprt;
  // Where the address is another one than that of this connection, it is of a host behind NAT, and the data goes where
  // this connection does; or it is of a third host, and then it is for other sessions to tell.
  const IpAddress& host = active ? facts.client.ip : facts.server.ip;
  session().expect({host, record.address->port}, "ftp_data", link);
  next_ = DataAddress{mode_of(exchange.verb), *record.address, std::move(link), record.exchange.time};
}

/// A transfer was asked for: its data may come before the reply does.
void FtpDissector::ready(Verb verb) {
  if (transfers(verb) && next_) next_->link->listing = verb == Verb::list;
}

/// The server says that the transfer begins, or that it is over.
void FtpDissector::begin_transfer(Exchange& exchange, const FtpReply& reply) {
  const std::uint16_t code = reply.code.value_or(0);
  if (exchange.transfer != 0 || code >= 300) return;  // refused: there is none
  Transfer& transfer = transfers_.emplace_back();
  transfer.number = exchange.transfer = ++transfers_begun_;
  FtpTransferRecord& record = transfer.record;
  record.command = exchange.record.command;
  record.direction = direction_of(exchange.verb);
  record.type = type_;
  record.offset = std::exchange(offset_, std::nullopt);
  std::string_view name = path_of(exchange.verb, exchange.argument);
  if (record.command == "STOU")
    if (const std::string_view chosen = unique_name(reply.text); !chosen.empty()) name = chosen;
  record.path = join_path(directory_, name);
  if (record.path.empty()) {
    record.path = name;
    if (directory_lost_)
      note(record, AnomalyKind::gap, "directory_unknown",
           "Octets that are missing may have changed the working directory.", reply.frame);
  }
  record.announced_bytes = announced_octets(reply.text);
  if (const auto size = sizes_.find(exchange.argument);
      !record.announced_bytes && exchange.verb == Verb::retrieve && size != sizes_.end())
    record.announced_bytes = size->second;
  if (!next_) return;
  transfer.link = std::move(next_->link);
  transfer.announced = next_->time;
  record.mode = next_->mode;
  record.address = next_->address;
  next_.reset();
  DataLink& link = *transfer.link;
  link.control = this;
  link.asked = true;
  link.listing = exchange.verb == Verb::list;
  link.name = name;
  const bool unsure = std::exchange(offset_unsure_, false);
  link.part = record.offset.value_or(0) != 0 || unsure;
  if ((type_.starts_with('I') || type_.starts_with('L')) && !link.part && exchange.verb == Verb::retrieve)
    link.expected_bytes = record.announced_bytes;
}

/// A reply to a transfer's command.
void FtpDissector::go_on(Exchange& exchange, const FtpReply& reply) {
  begin_transfer(exchange, reply);
  const auto mine = std::ranges::find(transfers_, exchange.transfer, &Transfer::number);
  if (exchange.transfer == 0 || mine == transfers_.end()) return;
  const std::uint16_t code = reply.code.value_or(0);
  if (code < 200) return;
  mine->record.code = code;
  if (mine->link) mine->link->failed = code >= 300;
  if (mine->record.command != "STOU") return;
  if (const std::string_view chosen = unique_name(reply.text); !chosen.empty() && code == 250)
    mine->record.path = chosen;
}

/// The command of a transfer was told: no more replies to it will come.
void FtpDissector::end_transfer(const Exchange& exchange) {
  const auto mine = std::ranges::find(transfers_, exchange.transfer, &Transfer::number);
  if (exchange.transfer == 0 || mine == transfers_.end()) return;
  const ExchangeFacts& facts = exchange.record.exchange;
  ExchangeFacts& own = mine->record.exchange;
  own.time = facts.time;
  own.request_frames = facts.request_frames;
  own.response_frames = facts.response_frames;
  own.complete = facts.complete;
  for (const Anomaly& anomaly : facts.anomalies)
    if (anomaly.kind == AnomalyKind::gap) note(mine->record, anomaly.kind, anomaly.name, anomaly.text, anomaly.frame);
  mine->ended = true;
}

/// Tells the transfers that are over, in order. `at_end`: all of them.
void FtpDissector::tell_transfers(bool at_end) {
  while (!transfers_.empty()) {
    Transfer& first = transfers_.front();
    DataLink* const link = first.link.get();
    const bool under_way = link != nullptr && link->data != nullptr && !link->data->heard_all();
    const bool too_many = transfers_.size() > session().limits().pending;
    if (!at_end && !too_many && (!first.ended || under_way)) return;
    if (at_end && under_way) link->data->settle();
    Transfer transfer = std::move(first);
    transfers_.erase(transfers_.begin());
    if (link != nullptr) link->control = nullptr;
    tell_transfer(transfer);
  }
}

void FtpDissector::tell_transfer(Transfer& transfer) {
  FtpTransferRecord& record = transfer.record;
  if (const DataLink* const link = transfer.link.get(); link != nullptr && !link->session.empty()) {
    record.data_session = link->session;
    record.frames = link->frames;
    record.bytes = link->bytes;
    if (link->missing != 0) record.missing_bytes = link->missing;
    if (!link->frames.empty()) record.duration = link->last - link->first;
    if (!link->listing) record.file = link->file;
    for (std::string_view rest = link->text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      record.lines.emplace_back(line);
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  judge(transfer);
  session().emit(record);
  if (!record.data_session.empty() || !record.address || record.code.value_or(0) / 100 != 2) return;
  const std::string what = std::string(record.direction) + " " + record.path;
  session().fact(
      AnnouncedFact{{record.address->ip, record.address->port}, session().facts().id, what, transfer.announced});
}

/// Says whether all of it is there, and if not, why.
void FtpDissector::judge(Transfer& transfer) const {
  FtpTransferRecord& record = transfer.record;
  const DataLink* const link = transfer.link.get();
  const Frame frame = record.exchange.response_frames.last;
  const bool seen = link != nullptr && !link->session.empty();
  if (record.code.value_or(200) >= 300)
    note(record, AnomalyKind::unusual, "transfer_failed", "The server says that the transfer did not work out.", frame);
  else if (!record.code)
    note(record, AnomalyKind::cut_off, "reply_missing", "The reply that ends the transfer is not in the capture.",
         frame);
  if (!seen) {
    note(record, AnomalyKind::gap, "data_missing", "The data connection is not in the capture.", frame);
    record.exchange.complete = false;
    return;
  }
  const bool whole = link->data != nullptr ? link->data->heard_all() : link->whole;
  if (link->missing != 0)
    note(record, AnomalyKind::gap, "octets_missing", "Octets of the data are not in the capture.", link->frames.last);
  else if (!whole)
    note(record, AnomalyKind::cut_off, "data_cut", "The end of the data is not in the capture.", link->frames.last);
  const bool differs = link->expected_bytes && *link->expected_bytes != link->bytes + link->missing;
  if (differs && whole)
    note(record, AnomalyKind::unusual, "size_differs", "The size is another one than the server told.", frame);
  record.exchange.complete =
      record.exchange.complete && whole && link->missing == 0 && !link->failed && !differs && record.code.has_value();
}

void FtpDissector::note(FtpTransferRecord& record, AnomalyKind kind, std::string_view name, std::string_view text,
                        Frame frame) const {
  wiretale::note(record.exchange.anomalies, session().limits(), kind, name, text, frame);
}

}  // namespace wiretale::file_transfer
