#include "engine/reader.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include "decode/link_names.hpp"

namespace wiretale::engine {

bool Clock::advance(Timestamp time) {
  if (!started_) {
    started_ = true;
    now_ = time;
    return true;
  }
  const std::int64_t before = now_.second();
  const auto far = [&](Timestamp from) { return std::chrono::abs(time - from) > jump_; };
  if (far(now_)) {
    if (!doubted_ || far(*doubted_)) {
      ++absurd_;
      doubted_ = time;
      return false;
    }
    --absurd_;  // the one before was right after all
    if (time < now_) ++rebased_;
    now_ = time;
  } else if (time > now_) {
    now_ = time;
  }
  doubted_.reset();
  return now_.second() != before;
}

Reader::Reader(const Options& options)
    : options_(options),
      filter_(options.filter),
      decoder_(options.settings.limits, options.settings.fragment_overlap),
      clock_(options.settings.limits) {}

bool Reader::open() {
  if (const auto error = filter_.check()) {
    failures_.push_back({"the filter is no BPF expression: " + *error, options_.filter,
                         "write it as for tcpdump, as in 'tcp port 25'; see pcap-filter(7)"});
    return false;
  }
  for (const std::string& file : options_.files) {
    auto opened = capture::FileSource::open(file);
    if (const auto* error = std::get_if<capture::OpenError>(&opened)) {
      failures_.push_back({error->what, error->where, error->advice});
      continue;
    }
    inputs_.push_back({std::move(std::get<capture::FileSource>(opened)), file, {}, false, {}});
  }
  return !inputs_.empty();
}

/// The input whose next packet comes first; among equals the one named first.
std::size_t Reader::earliest() const {
  std::size_t best = inputs_.size();
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (inputs_[i].more && (best == inputs_.size() || inputs_[i].packet.time < inputs_[best].packet.time)) best = i;
  return best;
}

bool Reader::next(Event& event) {
  if (!started_) {
    started_ = true;
    for (Input& input : inputs_) input.more = input.source.next(input.packet);
  } else if (current_ < inputs_.size()) {
    Input& input = inputs_[current_];
    input.more = input.source.next(input.packet);
  }
  event.new_interfaces.clear();
  for (;;) {
    current_ = inputs_.size() == 1 ? (inputs_[0].more ? 0 : 1) : earliest();
    if (current_ >= inputs_.size()) return false;
    Input& input = inputs_[current_];
    capture::Packet packet = input.packet;
    // With one input, numbers are those of its frames as Wireshark counts them.
    frames_ = inputs_.size() == 1 ? packet.frame : frames_ + 1;
    packet.frame = frames_;
    ++packets_;
    bytes_ += packet.wire_bytes;
    if (!first_ || packet.time < *first_) first_ = packet.time;
    if (!last_ || packet.time > *last_) last_ = packet.time;
    note_interface(input, event, packet);
    if (filter_.matches(packet)) {
      event.tick.reset();
      if (clock_.advance(packet.time)) {
        event.tick = clock_.now().second();
        decoder_.expire(clock_.now());
      }
      decoder_.decode(packet, event.packet);
      note_block(event.packet);
      count(event.packet);
      if (decoder_.has_fragments())
        event.fragments = decoder_.take_fragments();
      else
        event.fragments.clear();
      return true;
    }
    ++filtered_out_;
    input.more = input.source.next(input.packet);
  }
}

void Reader::note_interface(Input& input, Event& event, capture::Packet& packet) {
  if (packet.interface < input.interfaces.size() && input.interfaces[packet.interface] != Input::unseen) {
    packet.interface = input.interfaces[packet.interface];
    return;
  }
  const auto number = static_cast<std::uint32_t>(interfaces_.size());
  const auto& all = input.source.interfaces();
  interfaces_.push_back(packet.interface < all.size() ? all[packet.interface] : capture::Interface{});
  if (packet.interface >= input.interfaces.size()) input.interfaces.resize(packet.interface + 1U, Input::unseen);
  input.interfaces[packet.interface] = number;
  packet.interface = number;
  event.new_interfaces.push_back(number);
}

/// Numbers the blocks, and keeps the one before.
void Reader::note_block(decode::Decoded& packet) {
  if (const auto& now = block(); now != block_) {
    block_before_ = std::move(block_);
    block_ = now;
    ++block_number_;
  }
  packet.block = 0;
  if (!block_ || packet.payload.empty()) return;
  const Bytes all = block_->bytes();
  constexpr std::less_equal<const std::uint8_t*> up_to;
  const bool inside = up_to(all.data(), packet.payload.data()) &&
                      up_to(std::to_address(packet.payload.end()), std::to_address(all.end()));
  if (inside) packet.block = block_number_;
}

void Reader::count(const decode::Decoded& packet) {
  ++outcomes_[static_cast<std::size_t>(packet.outcome)];
  if (packet.outcome == decode::Outcome::unknown_link_type) ++unknown_links_[packet.link_type];
  if (packet.outcome != decode::Outcome::unknown_ethertype || packet.ethertype == 0) return;
  if (unknown_ethertypes_.size() < options_.settings.limits.record_items ||
      unknown_ethertypes_.contains(packet.ethertype))
    ++unknown_ethertypes_[packet.ethertype];
}

InterfaceRecord Reader::interface(std::uint32_t number) const {
  const capture::Interface& from = interfaces_[number];
  InterfaceRecord record;
  record.number = number;
  record.name = from.name;
  record.link_type = decode::link_type_name(from.link_type);
  if (from.snaplen != 0) record.snaplen = from.snaplen;
  record.resolution = from.resolution;
  record.description = from.description;
  return record;
}

CaptureRecord Reader::capture() const {
  CaptureRecord record;
  for (const Input& input : inputs_) record.files.push_back(input.name);
  if (!inputs_.empty()) record.format = inputs_.front().source.format();
  record.filter = options_.filter;
  return record;
}

Progress Reader::progress() const {
  Progress progress;
  bool known = true;
  progress.packets = packets_;
  for (const Input& input : inputs_) {
    progress.read += input.source.bytes_read();
    progress.total += input.source.size().value_or(0);
    known = known && input.source.size();
  }
  if (!known) progress.total = 0;
  return progress;
}

std::vector<FragmentsRecord> Reader::finish() {
  decoder_.finish();
  return decoder_.take_fragments();
}

void Reader::fill(SummaryRecord& summary, std::vector<std::string>& warnings) {
  summary.packets = packets_;
  summary.bytes = bytes_;
  summary.first = first_;
  summary.last = last_;
  summary.time = last_;
  summary.filtered_out = filtered_out_;
  for (std::size_t i = static_cast<std::size_t>(decode::Outcome::first_reason); i < outcomes_.size(); ++i) {
    const auto outcome = static_cast<decode::Outcome>(i);
    std::uint64_t rest = outcomes_[i];
    const auto tell = [&](const std::string& what, std::uint64_t packets) {
      summary.not_decoded.items.emplace_back(std::string(decode::name_of(outcome)) + what, packets);
      rest -= packets;
    };
    if (outcome == decode::Outcome::unknown_link_type)
      for (const auto& [link, packets] : unknown_links_) tell(":" + decode::link_type_name(link), packets);
    if (outcome == decode::Outcome::unknown_ethertype)
      for (const auto& [ethertype, packets] : unknown_ethertypes_)
        tell(":" + decode::ethertype_name(ethertype), packets);
    if (rest != 0) tell({}, rest);
  }
  if (const std::uint64_t deep = outcomes_[static_cast<std::size_t>(decode::Outcome::too_many_layers)]; deep != 0)
    summary.limits_reached.of("layers") += deep;
  if (const std::uint64_t lost = decoder_.incomplete().total().packets; lost != 0)
    summary.not_decoded.items.emplace_back("incomplete_datagram", lost);
  if (clock_.rebased() != 0)
    summary.anomalies.push_back(
        {AnomalyKind::unusual, "clock_set_back", "packet times jump back by more than an hour", 0});
  if (clock_.absurd() != 0)
    summary.anomalies.push_back(
        {AnomalyKind::unusual, "absurd_time",
         "some packets have times that fit to none of their neighbours: " + std::to_string(clock_.absurd()), 0});
  for (const Input& input : inputs_) {
    const auto& fault = input.source.fault();
    if (!fault) continue;
    if (!summary.truncated_at) summary.truncated_at = TruncatedAt{fault->file, fault->offset, fault->reason};
    warnings.push_back(fault->file + ": " + fault->reason + " at byte " + std::to_string(fault->offset) +
                       "; everything before it is reported");
  }
  if (!filter_.error().empty()) warnings.push_back("the filter can't be used on some packets: " + filter_.error());
}

}  // namespace wiretale::engine
