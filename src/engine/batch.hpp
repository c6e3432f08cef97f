// What goes from the reader to a worker, and from there to the merger.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <wiretale/report.hpp>

#include "capture/block.hpp"
#include "decode/decoded.hpp"
#include "engine/context.hpp"
#include "engine/outlet.hpp"

namespace wiretale::engine {

/// Packets and ticks for one worker, in order. It keeps alive what the packets view.
struct Batch {
  struct Item {
    decode::Decoded packet;  ///< unused in a tick
    Timestamp clock;
    std::int64_t tick = 0;  ///< the second, where `is_tick`
    bool is_tick = false;
  };

  std::vector<Item> items;
  std::vector<Origin> origins;  ///< of the items at the same places, where there are several files
  std::vector<std::shared_ptr<const capture::Block>> blocks;
  std::deque<std::vector<std::uint8_t>> datagrams;  ///< reassembled ones: the defragmenter reuses its own room
  std::deque<std::vector<Frame>> fragments;
  std::deque<decode::Path> paths;
  bool last = false;  ///< the capture ends here
  Frame after = 0;    ///< then: the number after the last frame

  /// Adds a packet; `block` owns its bytes.
  void add(const decode::Decoded& packet, Timestamp clock, const std::shared_ptr<const capture::Block>& block,
           const Origin* origin = nullptr);
  void add_tick(std::int64_t second, Frame follows);
};

/// An Outlet that keeps everything with its moments, to be merged with that of other workers.
class BatchOutlet final : public Outlet {
 public:
  void moment(const Moment& moment) override { moment_ = moment; }
  std::string& open() override {
    opened_ = bytes_.size();
    return bytes_;
  }
  void close(const report::PieceHead& head) override;
  void fact(const NameFact& fact) override;
  void fact(const LookupFact& fact) override;
  void fact(const AnnouncedFact& fact) override;
  void fact(const report::SessionFact& fact) override;

  /// Takes what was made since the last call; empties the outlet.
  BatchOutlet take();

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Moment& moment_of(std::size_t entry) const { return entries_[entry].moment; }
  /// Gives an entry to the audience.
  void deliver(std::size_t entry, report::Audience& audience) const;

 private:
  enum class What : std::uint8_t { piece, name, lookup, announced, session };
  struct Entry {
    Moment moment;
    What what;
    std::uint32_t index;  ///< in the list of its kind
  };
  struct Piece {
    report::PieceHead head;
    std::size_t offset, length;
    std::size_t id, join;  ///< offsets in `texts_` of the head's texts; their lengths are in the head
  };
  struct Name {
    NameFact fact;
    std::size_t text;
  };
  struct Lookup {
    LookupFact fact;
    std::size_t text;
  };

  struct Announced {
    AnnouncedFact fact;
    std::size_t session, transfer;
  };

  void note(What what, std::size_t index) { entries_.push_back({moment_, what, static_cast<std::uint32_t>(index)}); }
  std::size_t keep(std::string_view text);
  [[nodiscard]] std::string_view kept(std::size_t offset, std::size_t length) const {
    return std::string_view(texts_).substr(offset, length);
  }

  Moment moment_;
  std::size_t opened_ = 0;
  std::string bytes_;
  std::string texts_;
  std::vector<Entry> entries_;
  std::vector<Piece> pieces_;
  std::vector<Name> names_;
  std::vector<Lookup> lookups_;
  std::vector<Announced> announced_;
  std::vector<report::SessionFact> sessions_;
};

/// Gives the entries of several outlets to the audience, by moment; among equals the earlier outlet comes first.
void merge(const std::vector<BatchOutlet>& outlets, report::Audience& audience);

/// An Outlet that gives everything to the audience at once: for one worker, whose order is the order.
class DirectOutlet final : public Outlet {
 public:
  explicit DirectOutlet(report::Audience& audience) : audience_(audience) {}

  void moment(const Moment&) override {}
  std::string& open() override {
    opened_ = bytes_.size();
    return bytes_;
  }
  void close(const report::PieceHead& head) override;
  void fact(const NameFact& fact) override;
  void fact(const LookupFact& fact) override;
  void fact(const AnnouncedFact& fact) override;
  void fact(const report::SessionFact& fact) override;
  /// Gives the lines that are still kept.
  void flush();

 private:
  report::Audience& audience_;
  std::string bytes_;
  std::size_t opened_ = 0;
};

}  // namespace wiretale::engine
