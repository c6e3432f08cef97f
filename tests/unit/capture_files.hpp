// Reads captures that were built in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "capture/file_source.hpp"
#include "harness/capture_builder.hpp"

namespace wiretale::capture::testing {

/// Everything that a capture gave.
struct Result {
  std::optional<OpenError> error;
  std::optional<Fault> fault;
  std::vector<Packet> packets;                       // their bytes hold, as the blocks do
  std::vector<std::shared_ptr<const Block>> blocks;  // one for each packet
  std::vector<Interface> interfaces;
  std::string format;
  std::uint64_t without_packet = 0;
  News news;  // all of it
  Tally tally;

  [[nodiscard]] std::string data(std::size_t i) const { return std::string(text_of(packets.at(i).bytes)); }
};

/// Reads to the end, and keeps all blocks.
inline Result drain(FileSource::Opened opened) {
  Result result;
  if (auto* error = std::get_if<OpenError>(&opened)) {
    result.error = std::move(*error);
    return result;
  }
  auto& source = std::get<FileSource>(opened);
  const auto add = [&](const News& more) {
    result.news.sections.insert(result.news.sections.end(), more.sections.begin(), more.sections.end());
    result.news.comments.insert(result.news.comments.end(), more.comments.begin(), more.comments.end());
    result.news.names.insert(result.news.names.end(), more.names.begin(), more.names.end());
  };
  Packet packet;
  for (;;) {
    if (!source.next(packet)) {
      if (!source.waiting()) break;
      source.wait();
      continue;
    }
    result.packets.push_back(packet);
    result.blocks.push_back(source.block());
    add(source.take_news());
  }
  add(source.take_news());
  result.tally = source.tally();
  result.fault = source.fault();
  result.interfaces = source.interfaces();
  result.format = source.format();
  result.without_packet = source.frames_without_packet();
  return result;
}

/// Reads a capture in memory, in blocks of `block_bytes` and reads of at most `at_once`.
inline Result read(std::string_view capture, std::size_t block_bytes = 4096, std::size_t at_once = SIZE_MAX,
                   const Limits& limits = {}) {
  return drain(FileSource::open(std::make_unique<MemoryInput>(bytes_of(capture), at_once), "test",
                                {.limits = limits, .block_bytes = block_bytes}));
}

}  // namespace wiretale::capture::testing
