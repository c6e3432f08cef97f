// What all sessions of a worker share.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wiretale/overlap.hpp>
#include <wiretale/report.hpp>

#include "decode/defragmenter.hpp"
#include "engine/detector.hpp"
#include "engine/outlet.hpp"
#include "engine/ration.hpp"
#include "extract/store.hpp"
#include "flow/expectations.hpp"
#include "flow/pool.hpp"
#include "flow/recent.hpp"
#include "flow/rooms.hpp"
#include "flow/tcp_state.hpp"
#include "flow/tcp_streams.hpp"

namespace wiretale::engine {

/// What a run was asked for that sessions care about.
struct Settings {
  Limits limits;
  Wants wants;
  SecretPolicy secrets;
  PortMap mapped;
  Overlap overlap = Overlap::first;           ///< which of two copies counts
  Overlap fragment_overlap = Overlap::first;  ///< the same for fragments of IP
  std::shared_ptr<extract::Folder> folder;    ///< where files go; null: they are not written down
  std::string files_of_session;               ///< only this session's; empty: all
  std::vector<std::string> files_of;          ///< only these protocols'; empty: all
};

/// What a session over TCP has.
struct TcpSession {
  TcpSession(const Limits& limits, Overlap policy) : streams(limits, policy) {}
  flow::TcpStreams streams;
  flow::TcpState state;
};

/// Where a packet is among several files.
struct Origin {
  const std::string* file = nullptr;
  std::uint32_t number = 0;    ///< of the file in the run, from 0
  Frame frame = 0;             ///< there
  bool among_several = false;  ///< false: it is the only one so far, but is followed, so that others may come
};

/// One worker's surroundings, as its sessions see them.
struct Context {
  Context(const Settings& asked, report::Renderer& made_by, Outlet& goes_to)
      : settings(asked),
        detector(asked.mapped),
        renderer(made_by),
        outlet(goes_to),
        expectations(asked.limits),
        sample_size(static_cast<std::uint8_t>(std::min<std::uint64_t>(asked.limits.sample_bytes, UINT8_MAX))),
        samples(std::size_t{2} * sample_size) {
    if (asked.folder) store.emplace(*asked.folder, asked.limits);
  }

  const Settings& settings;
  Detector detector;
  report::Renderer& renderer;
  Outlet& outlet;
  flow::Expectations expectations;
  flow::Recent recent;
  flow::Pool<TcpSession> tcps;
  std::uint8_t sample_size;        ///< octets of each side in a sample
  flow::Rooms samples;             ///< of both sides, one behind the other
  Timestamp clock;                 ///< the engine clock
  const Origin* origin = nullptr;  ///< of the current packet; null where there is one file only
  /// The files of each session that is open, where there are several.
  std::unordered_map<const void*, std::vector<std::pair<Origin, Frames>>> in_files;
  std::optional<extract::Store> store;
  std::array<std::uint64_t, shards>* extracted = nullptr;  ///< counts octets written of files, by shard
  std::map<std::string_view, std::uint64_t> limits_reached;
  std::map<std::type_index, std::shared_ptr<void>> shared;
};

}  // namespace wiretale::engine
