// What all sessions of a worker share.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <typeindex>

#include <wiretale/overlap.hpp>
#include <wiretale/report.hpp>

#include "decode/defragmenter.hpp"
#include "engine/detector.hpp"
#include "engine/outlet.hpp"
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
};

/// What a session over TCP has.
struct TcpSession {
  TcpSession(const Limits& limits, Overlap policy) : streams(limits, policy) {}
  flow::TcpStreams streams;
  flow::TcpState state;
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
        samples(std::size_t{2} * sample_size) {}

  const Settings& settings;
  Detector detector;
  report::Renderer& renderer;
  Outlet& outlet;
  flow::Expectations expectations;
  flow::Recent recent;
  flow::Pool<TcpSession> tcps;
  std::uint8_t sample_size;  ///< octets of each side in a sample
  flow::Rooms samples;       ///< of both sides, one behind the other
  Timestamp clock;           ///< the engine clock
  std::map<std::string_view, std::uint64_t> limits_reached;
  std::map<std::type_index, std::shared_ptr<void>> shared;
};

}  // namespace wiretale::engine
