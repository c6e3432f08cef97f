// Any octets are read as a capture: in one piece, and in blocks and reads so small that everything straddles.
// Both must give the same packets and the same fault.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <variant>

#include "capture/file_source.hpp"

namespace {

using namespace wiretale::capture;
using wiretale::Bytes;

FileSource::Opened open(Bytes octets, std::size_t block_bytes, std::size_t at_once) {
  return FileSource::open(std::make_unique<MemoryInput>(octets, at_once), "input", {.block_bytes = block_bytes});
}

void check(bool good) {
  if (!good) std::abort();
}

bool same(const Packet& a, const Packet& b) {
  return a.frame == b.frame && a.time == b.time && a.interface == b.interface && a.link_type == b.link_type &&
         a.wire_bytes == b.wire_bytes && wiretale::text_of(a.bytes) == wiretale::text_of(b.bytes);
}

void compare(FileSource& whole, FileSource& small) {
  wiretale::Frame last = 0;
  Packet a, b;
  while (whole.next(a)) {
    check(small.next(b) && same(a, b));
    check(a.frame > last && a.interface < whole.interfaces().size());
    check(a.link_type == whole.interfaces()[a.interface].link_type);
    last = a.frame;
  }
  check(!small.next(b) && !whole.next(a));
  check(whole.fault().has_value() == small.fault().has_value());
  if (whole.fault()) {
    check(whole.fault()->offset == small.fault()->offset && whole.fault()->reason == small.fault()->reason);
  }
  check(whole.frames_without_packet() == small.frames_without_packet());
  const Tally &all = whole.tally(), &same_all = small.tally();
  check(all.damaged_places == same_all.damaged_places && all.damaged_bytes == same_all.damaged_bytes);
  check(all.lost_before_packets == same_all.lost_before_packets);
  check(all.secrets.size() == same_all.secrets.size());
  check(all.other_blocks == same_all.other_blocks && all.limits_reached == same_all.limits_reached);
  const News news = whole.take_news(), other = small.take_news();
  check(news.comments.size() == other.comments.size() && news.names.size() == other.names.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes octets(data, size);
  auto whole = open(octets, 1U << 16, SIZE_MAX);
  auto small = open(octets, 24, 7);
  check(whole.index() == small.index());
  if (auto* source = std::get_if<FileSource>(&whole)) compare(*source, std::get<FileSource>(small));
  return 0;
}
