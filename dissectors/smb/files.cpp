// What is open: shares, files, and the contents that go to and fro.
#include <algorithm>

#include <wiretale/records.hpp>

#include "common/notes.hpp"
#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

std::string_view direction(Side sender) { return sender == Side::client ? "to_server" : "to_client"; }

}  // namespace

std::shared_ptr<Tree> SmbDissector::find_tree(TreeKey key) const {
  const auto found = trees_.find(key);
  return found == trees_.end() ? nullptr : found->second;
}

void SmbDissector::bind_tree(TreeKey key, std::shared_ptr<Tree> tree) {
  if (trees_.size() >= session().limits().record_items && !trees_.contains(key)) {
    session().limit_reached("record_items");
    return;
  }
  trees_.insert_or_assign(key, std::move(tree));
}

/// What a client asks to open.
std::shared_ptr<Open> SmbDissector::new_open(const Received& message, Exchange& exchange, std::string path) {
  auto open = std::make_shared<Open>();
  const auto most = static_cast<std::size_t>(session().limits().text_bytes);
  if (path.size() > most) {
    session().limit_reached("text_bytes");
    note(exchange, AnomalyKind::limit, "name_cut", "The name is longer than what is kept of one.", message.frames.last);
    path.resize(most);
  }
  open->path = std::move(path);
  open->tree = exchange.tree;
  open->time = message.first;
  open->frames = message.frames;
  open->losses = losses_;
  if (exchange.record.session_id)
    if (const auto user = users_.find(exchange.record.session_id->value); user != users_.end())
      open->user = user->second;
  if (open->tree && open->tree->type == "pipe") open->kind = "pipe";
  return open;
}

std::shared_ptr<Open> SmbDissector::find_open(OpenKey key) const {
  const auto found = opens_.find(key);
  return found == opens_.end() ? nullptr : found->second;
}

/// The server gave it a number.
void SmbDissector::bind_open(OpenKey key, const std::shared_ptr<Open>& open) {
  open->key = key;
  const auto [at, added] = opens_.try_emplace(key, open);
  if (!added && at->second != open) {  // the closing of the earlier one was not seen
    tell_open(*at->second, open->frames.first);
    at->second = open;
  }
  if (opens_.size() <= session().limits().record_items) return;
  session().limit_reached("record_items");
  open->capped = true;
  tell_open(*open, 0);
  opens_.erase(at);
}

void SmbDissector::close_open(OpenKey key, Frames frames) {
  const auto found = opens_.find(key);
  if (found == opens_.end()) return;
  const std::shared_ptr<Open> open = std::move(found->second);
  opens_.erase(found);
  open->frames.add(frames);
  tell_open(*open, 0);
}

namespace {

/// Octets of the message that count for the file: where it is written down, none behind a hole, as they are not kept.
std::uint64_t counting(const Received& message, const Wants& wants) {
  return wants.files && message.damaged() ? message.bytes.size() : message.wire_bytes;
}

/// Which octets of the file from `offset` on are there of `length` that stand from `start` on in the message, of which
/// `seen` octets count.
std::vector<Hole> stretches_of(const Received& message, std::uint64_t seen, std::uint64_t offset, std::uint64_t start,
                               std::uint64_t length) {
  std::vector<Hole> stretches;
  std::uint64_t at = start;
  const std::uint64_t end = std::min(start + length, seen);
  const auto add = [&](std::uint64_t to) {
    if (to > at) stretches.push_back({offset + (at - start), to - at});
  };
  for (const Hole& hole : message.holes) {
    if (hole.offset >= end) break;
    add(hole.offset);
    at = std::max(at, hole.offset + hole.length);
  }
  add(end);
  return stretches;
}

}  // namespace

/// These octets of the file went by.
void SmbDissector::cover(Open& open, Transfer& transfer, std::span<const Hole> stretches) {
  for (const Hole& stretch : stretches) {
    if (transfer.ranges.add(stretch.offset, stretch.length, session().limits().record_items)) continue;
    session().limit_reached("record_items");
    open.capped = true;
  }
}

/// Where the user wants the file, the octets themselves; where only hashes, as long as they come in order.
void SmbDissector::feed(Open& open, Transfer& transfer, Side sender, const Received& message, std::uint64_t offset,
                        Bytes octets, std::uint64_t length) {
  const Wants& wants = session().wants();
  if (wants.files && !octets.empty() && transfer.in_order) {
    if (transfer.id.empty()) {
      transfer.id = session().next_id();
      transfer.kept = session().keep(transfer.id);
    }
    if (transfer.kept) transfer.kept->write(offset, octets);
    return;
  }
  if (!wants.hashes || !transfer.in_order) return;
  const std::uint64_t next = transfer.watch ? transfer.watch->bytes() : 0;
  transfer.in_order = offset == next && octets.size() == length;
  if (!transfer.in_order) return;
  if (!transfer.watch) transfer.watch.emplace(session(), FileAbout{"smb", sender, open.path, {}, std::nullopt});
  transfer.watch->run(octets, {message.frames, message.first, message.last, 0});
}

/// A client wants to write `length` octets, which stand from `start` on in the message.
void SmbDissector::write_data(const Received& message, Exchange& exchange, std::uint64_t offset, std::uint64_t start,
                              std::uint64_t length) {
  Open& open = *exchange.open;
  exchange.came = stretches_of(message, counting(message, session().wants()), offset, start, length);
  exchange.came_in = message.frames;
  exchange.came_at = message.first;
  feed(open, open.written, Side::client, message, offset, slice(message.bytes, start, length), length);
}

/// The server wrote them.
void SmbDissector::written(const Received& message, Exchange& exchange) {
  if (!exchange.open || exchange.open->kind == "pipe") return;
  Open& open = *exchange.open;
  Transfer& transfer = open.written;
  if (transfer.calls++ == 0) transfer.first = exchange.came_at;
  transfer.frames.add(exchange.came_in);
  open.frames.add(message.frames);
  cover(open, transfer, exchange.came);
}

/// It did not: what was taken down of them counts for nothing.
void SmbDissector::not_written(Exchange& exchange) const {
  if (exchange.open && !exchange.came.empty()) exchange.open->written.in_order = false;
}

/// Octets that a client reads.
void SmbDissector::read_data(const Received& message, Exchange& exchange, std::uint64_t offset, std::uint64_t start,
                             std::uint64_t length) {
  Open& open = *exchange.open;
  open.frames.add(message.frames);
  if (open.kind == "pipe" || length == 0) return;
  Transfer& transfer = open.read;
  if (transfer.calls++ == 0) transfer.first = message.first;
  transfer.frames.add(message.frames);
  if (message.holes.empty()) {
    const Hole all{offset, start > message.wire_bytes ? 0 : std::min(length, message.wire_bytes - start)};
    cover(open, transfer, std::span(&all, 1));
  } else {
    cover(open, transfer, stretches_of(message, counting(message, session().wants()), offset, start, length));
  }
  feed(open, transfer, Side::server, message, offset, slice(message.bytes, start, length), length);
}

/// Tells the contents that went one way as a file; its id.
std::string SmbDissector::tell_contents(Open& open, Transfer& transfer, Side sender, bool whole) {
  if (transfer.ranges.empty() || open.kind == "pipe") return {};
  if (open.kind.empty()) {  // a pipe has no size
    if (open.size.value_or(0) == 0) return {};
    whole = false;
  }
  const bool to_client = sender == Side::server;
  std::optional<std::uint64_t> size = open.size;
  if (!to_client) size.reset();
  const std::uint64_t end = std::max(transfer.ranges.end(), size.value_or(0));
  whole = whole && transfer.ranges.holes(end).empty();
  if (transfer.watch && transfer.in_order && whole) {
    transfer.watch->about().expected_bytes = size;
    return transfer.watch->finish(true).id;
  }
  FileRecord file;
  file.id = transfer.watch ? transfer.watch->id() : !transfer.id.empty() ? transfer.id : session().next_id();
  file.time = transfer.first;
  file.protocol = "smb";
  file.frames = transfer.frames;
  file.direction = direction(sender);
  file.name = open.path;
  file.bytes = transfer.ranges.bytes();
  file.expected_bytes = size;
  file.missing = transfer.ranges.holes(end);
  file.complete = whole;
  if (transfer.kept) {
    std::vector<KeptFile::Hole> holes;
    holes.reserve(file.missing.size());
    for (const std::vector<std::uint64_t>& hole : file.missing) holes.push_back({hole[0], hole[1]});
    const KeptFile::Kept kept = transfer.kept->finish(open.path, end, holes);
    file.extracted = kept.name;
    if (!kept.name.empty() && kept.bytes < file.bytes) file.extracted_bytes = kept.bytes;
  }
  session().emit(file);
  return file.id;
}

/// Tells what became of it. `unclosed`: the frame up to which no closing was seen; 0: it was closed.
void SmbDissector::tell_open(Open& open, Frame unclosed) {
  const Limits& limits = session().limits();
  SmbFileRecord record;
  record.complete = unclosed == 0 && open.losses == losses_ && !open.capped;
  const std::string read = tell_contents(open, open.read, Side::server, open.losses == losses_ && !open.capped);
  const std::string written = tell_contents(open, open.written, Side::client, record.complete);
  if (!read.empty()) record.files.emplace_back(read);
  if (!written.empty()) record.files.emplace_back(written);
  record.time = open.time;
  record.frames = open.frames;
  if (open.tree) record.share = open.tree->share;
  record.path = open.path;
  record.kind = open.kind;
  record.user = open.user;
  record.action = open.action;
  record.size = open.size;
  record.reads = open.read.calls;
  record.read_bytes = open.read.ranges.bytes();
  record.read_ranges = open.read.ranges.pairs();
  record.writes = open.written.calls;
  record.written_bytes = open.written.ranges.bytes();
  record.written_ranges = open.written.ranges.pairs();
  record.listed = open.listed;
  record.interfaces.assign(open.interfaces.begin(), open.interfaces.end());
  record.renamed_to = open.renamed_to;
  record.deleted = open.deleted;
  if (unclosed != 0)
    wiretale::note(record.anomalies, limits, AnomalyKind::cut_off, "not_closed", "Its closing is not in the capture.",
                   unclosed);
  if (open.losses != losses_)
    wiretale::note(record.anomalies, limits, AnomalyKind::gap, "octets_missing",
                   "While it was open, octets of the session went missing: there may have been more.",
                   open.frames.last);
  if (open.kind.empty())
    wiretale::note(record.anomalies, limits, AnomalyKind::gap, "share_unknown",
                   "Its share is not known, and so not whether it is a file or a pipe.", open.frames.first);
  if (open.capped)
    wiretale::note(record.anomalies, limits, AnomalyKind::limit, "too_many", "There is more of it than is kept.",
                   open.frames.last);
  session().emit(record);
}

/// Octets that a client writes to a pipe: a remote call.
void SmbDissector::learn_rpc(Exchange& exchange, Bytes octets) {
  constexpr std::size_t most_interfaces = 32;
  if (!exchange.open) return;
  RpcMessage message = read_rpc(octets, exchange.open->rpc);
  if (message.kind != RpcMessage::Kind::bind && message.kind != RpcMessage::Kind::request) return;
  exchange.record.interface = exchange.keep(std::move(message.interface));
  exchange.record.operation = exchange.keep(std::move(message.operation));
  std::vector<std::string>& known = exchange.open->interfaces;
  const std::string_view name = exchange.record.interface;
  if (name.empty() || known.size() >= most_interfaces || std::ranges::find(known, name) != known.end()) return;
  known.emplace_back(name);
}

}  // namespace wiretale::shares
