#include "engine/reader.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

#include "capture/folder.hpp"
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
  for (const std::string& path : options_.files) {
    const std::optional<std::vector<std::string>> within = capture::files_in(path);
    if (!within) {
      open_one(path, true);
      continue;
    }
    const std::size_t before = inputs_.size();
    for (const std::string& file : *within) open_one(file, false);
    if (inputs_.size() == before)
      failures_.push_back({"there is no capture in this folder", path, "name the capture files themselves"});
  }
  tells_origins_ = several() || options_.follow;
  return !inputs_.empty();
}

/// Opens a file. Among many, those beyond a limit are only looked at, and opened again when it is their turn.
void Reader::open_one(const std::string& path, bool named) {
  Input input;
  input.name = path;
  input.file = static_cast<std::uint32_t>(files_.size());
  if (options_.follow) {
    input.follow = std::make_unique<capture::Follow>();
    input.follow->stop = options_.stop;
    input.follow->idle = options_.follow_idle;
  }
  auto opened = capture::FileSource::open(path, file_options(input));
  if (const auto* error = std::get_if<capture::OpenError>(&opened)) {
    if (named)
      failures_.push_back({error->what, error->where, error->advice});
    else
      left_out_.push_back(error->where + " is left out: " + error->what);
    return;
  }
  input.source = std::move(std::get<capture::FileSource>(opened));
  input.size = input.source->size();
  if (inputs_.empty()) format_ = input.source->format();
  files_.push_back(path);
  input.parked = input.size && !input.follow && inputs_.size() >= options_.settings.limits.open_captures &&
                 input.source->next(input.packet);
  if (input.parked) {
    input.counted = input.source->frames();
    frames_ += input.counted - 1;
    input.source.reset();
    put_in_turn(inputs_.size(), input.packet.time);
  } else {
    unread_.push_back(inputs_.size());
  }
  inputs_.push_back(std::move(input));
}

capture::FileOptions Reader::file_options(Input& input) const {
  return {.limits = options_.settings.limits, .follow = input.follow.get()};
}

/// Opens the file that has an input's name by now.
bool Reader::reopen(Input& input) {
  input.reopens = input.parked = false;
  input.packet = {};
  auto opened = capture::FileSource::open(input.name, file_options(input));
  if (auto* source = std::get_if<capture::FileSource>(&opened)) {
    input.source = std::move(*source);
    return true;
  }
  const auto& error = std::get<capture::OpenError>(opened);
  // Who ends to follow while nothing is in the file yet misses nothing.
  if (!input.follow || !input.follow->over) failures_.push_back({error.what, error.where, error.advice});
  return false;
}

Reader::Step Reader::next(Event& event) {
  if (event.says) [[unlikely]] {
    event.announced = {};
    event.says = false;
  }
  for (;;) {
    if (const Step step = advance(event); step != Step::packet) [[unlikely]]
      return step;
    Input& input = inputs_[current_];
    capture::Packet packet = input.packet;
    if (several()) [[unlikely]]
      ++frames_;
    else  // numbers are those of its frames as Wireshark counts them
      frames_ = earlier_frames_ + packet.frame;
    packet.frame = frames_;
    ++packets_;
    bytes_ += packet.wire_bytes;
    if (!first_ || packet.time < *first_) first_ = packet.time;
    if (!last_ || packet.time > *last_) last_ = packet.time;
    const bool wanted = filter_.matches(packet);
    if (input.source->has_news()) [[unlikely]]
      announce(input, event, wanted ? &packet : nullptr);
    if (tells_origins_) [[unlikely]]
      packet.interface = input.interfaces[packet.interface];
    if (wanted) {
      if (tells_origins_) [[unlikely]]
        event.origin = {&files_[input.file], input.file, input.packet.frame, files_.size() > 1};
      event.tick.reset();
      if (clock_.advance(packet.time)) {
        event.tick = clock_.now().second();
        decoder_.expire(clock_.now());
      }
      decoder_.decode(packet, event.packet);
      note_block(event.packet);
      count(event.packet);
      if (decoder_.has_fragments()) [[unlikely]] {
        event.announced.fragments = decoder_.take_fragments();
        event.says = true;
      }
      return Step::packet;
    }
    ++filtered_out_;
  }
}

/// Goes to the input whose next packet comes first, and to that packet.
Reader::Step Reader::advance(Event& event) {
  if (several()) [[unlikely]]
    return advance_merged(event);
  current_ = 0;
  Input& input = inputs_[0];
  if (input.source && input.source->next(input.packet)) [[likely]]
    return Step::packet;
  return read(input, event);
}

/// Reads an input's next packet, also where the quick way found none.
Reader::Step Reader::read(Input& input, Event& event) {
  if (!input.source) return input.reopens ? Step::waiting : Step::end;
  if (input.source->next(input.packet)) return Step::packet;
  if (input.source->waiting()) return Step::waiting;
  earlier_frames_ += input.source->frames();
  close(input, event);
  input.reopens = input.follow && !input.follow->over;
  return input.reopens ? Step::waiting : Step::end;
}

Reader::Step Reader::advance_merged(Event& event) {
  constexpr std::size_t kPacketsBetweenRetries = 256;
  if (current_ < inputs_.size()) unread_.push_back(std::exchange(current_, SIZE_MAX));
  if (turns_.empty() || until_retry_-- == 0) {
    unread_.insert(unread_.end(), silent_.begin(), silent_.end());
    silent_.clear();
    until_retry_ = kPacketsBetweenRetries;
  }
  while (!unread_.empty()) {
    const std::size_t number = unread_.back();
    Input& input = inputs_[number];
    // As mergecap does: a block without a packet has no time, and follows the packet before it at once.
    const Frame before = earlier_frames_;
    const Step step = read(input, event);
    const Frame frames = input.source ? input.source->frames() : earlier_frames_ - before;
    if (frames > input.counted) frames_ += frames - input.counted - (step == Step::packet ? 1 : 0);
    if (frames != 0) input.counted = frames;
    // Who waits for a pipe gets the packets in order; files that grow do not hold up one another.
    if (step == Step::waiting && !input.follow) return step;
    if (step == Step::packet) put_in_turn(number, input.packet.time);
    if (step == Step::waiting) silent_.push_back(number);
    unread_.pop_back();
  }
  while (!turns_.empty()) {
    std::ranges::pop_heap(turns_, std::greater<>());
    const std::size_t number = turns_.back().input;
    turns_.pop_back();
    Input& input = inputs_[number];
    if (input.parked && (!reopen(input) || read(input, event) != Step::packet)) continue;
    current_ = number;
    return Step::packet;
  }
  return silent_.empty() ? Step::end : Step::waiting;
}

void Reader::put_in_turn(std::size_t input, Timestamp time) {
  turns_.push_back({time, input});
  std::ranges::push_heap(turns_, std::greater<>());
}

void Reader::wait() {
  for (Input& input : inputs_) {
    if (input.reopens && reopen(input)) {
      input.file = static_cast<std::uint32_t>(files_.size());
      input.counted = 0;
      input.interfaces.clear();
      files_.push_back(input.name);
      return;
    }
    // One wait is enough: where several files are followed it is but a short one.
    if (input.source && input.source->waiting()) return input.source->wait();
  }
}

/// An input has ended: keeps what it told.
void Reader::close(Input& input, Event& event) {
  if (input.source->has_news()) announce(input, event, nullptr);
  told_.add(input.name, *input.source, options_.settings.limits);
  input.read += input.source->bytes_read();
  input.source.reset();
}

/// Takes what an input told before and with its packet, which is null where that is not wanted.
void Reader::announce(Input& input, Event& event, const capture::Packet* packet) {
  capture::News news = input.source->take_news();
  event.says = true;
  Announced& told = event.announced;
  for (capture::Section& section : news.sections) {
    told.sections.push_back({std::move(section.byte_order), std::move(section.hardware), std::move(section.os),
                             std::move(section.application), file_of(input)});
  }
  const auto& interfaces = input.source->interfaces();
  while (input.interfaces.size() < interfaces.size()) {
    told.interfaces.push_back(describe(input, interfaces[input.interfaces.size()]));
    input.interfaces.push_back(interfaces_++);
  }
  for (capture::Comment& comment : news.comments) {
    CommentRecord record;
    record.about = comment.about;
    record.text = std::move(comment.text);
    record.file = file_of(input);
    if (comment.interface) record.interface = input.interfaces[*comment.interface];
    if (comment.frame != 0) {
      if (packet == nullptr) continue;
      record.frame = packet->frame;
      record.time = packet->time;
    }
    told.comments.push_back(std::move(record));
  }
  told.names.insert(told.names.end(), std::make_move_iterator(news.names.begin()),
                    std::make_move_iterator(news.names.end()));
}

InterfaceRecord Reader::describe(const Input& input, const capture::Interface& from) const {
  InterfaceRecord record;
  record.number = interfaces_;
  record.name = from.name;
  record.link_type = decode::link_type_name(from.link_type);
  if (from.snaplen != 0) record.snaplen = from.snaplen;
  record.resolution = from.resolution;
  record.description = from.description;
  if (from.fcs_bytes != 0) record.fcs_bytes = from.fcs_bytes;
  record.filter = from.filter;
  record.hardware = from.hardware;
  record.os = from.os;
  record.file = file_of(input);
  return record;
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

CaptureRecord Reader::capture() const {
  CaptureRecord record;
  for (const Input& input : inputs_) record.files.push_back(input.name);
  record.format = format_;
  record.filter = options_.filter;
  return record;
}

Progress Reader::progress() const {
  Progress progress;
  bool known = true;
  progress.packets = packets_;
  for (const Input& input : inputs_) {
    progress.read += input.read + (input.source ? input.source->bytes_read() : 0);
    progress.total += input.size.value_or(0);
    known = known && input.size;
  }
  if (!known) progress.total = 0;
  return progress;
}

Announced Reader::finish() {
  decoder_.finish();
  Announced rest;
  rest.fragments = decoder_.take_fragments();
  return rest;
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
  for (const Input& input : inputs_)
    if (input.source) told_.add(input.name, *input.source, options_.settings.limits);  // nobody wanted the rest of it
  told_.fill(summary, warnings);
  for (const std::string& file : left_out_) warnings.push_back(file);
  if (!filter_.error().empty()) warnings.push_back("the filter can't be used on some packets: " + filter_.error());
}

}  // namespace wiretale::engine
