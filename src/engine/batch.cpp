#include "engine/batch.hpp"

#include <algorithm>
#include <utility>

namespace wiretale::engine {
namespace {

/// Lines kept before they are handed on together.
constexpr std::size_t line_bytes = 64U << 10;

}  // namespace

void Batch::add(const decode::Decoded& packet, Timestamp clock, const std::shared_ptr<const capture::Block>& block,
                const Origin* origin) {
  items.push_back({packet, clock, 0, false});
  if (packet.path != nullptr) items.back().packet.path = &paths.emplace_back(*packet.path);
  if (origin != nullptr) [[unlikely]] {
    origins.resize(items.size());
    origins.back() = *origin;
  }
  if (packet.fragments.empty()) {
    if (blocks.empty() || blocks.back() != block) blocks.push_back(block);
    return;
  }
  decode::Decoded& mine = items.back().packet;
  const std::vector<std::uint8_t>& options = datagrams.emplace_back(mine.tcp.options.begin(), mine.tcp.options.end());
  mine.tcp.options = options;
  const std::vector<std::uint8_t>& payload = datagrams.emplace_back(mine.payload.begin(), mine.payload.end());
  mine.payload = payload;
  const std::vector<Frame>& frames = fragments.emplace_back(mine.fragments.begin(), mine.fragments.end());
  mine.fragments = frames;
}

void Batch::add_tick(std::int64_t second, Frame follows) {
  Item& item = items.emplace_back();
  item.is_tick = true;
  item.tick = second;
  item.packet.frame = follows;
}

std::size_t BatchOutlet::keep(std::string_view text) {
  const std::size_t offset = texts_.size();
  texts_ += text;
  return offset;
}

void BatchOutlet::close(const report::PieceHead& head) {
  const std::size_t length = bytes_.size() - opened_;
  if (length == 0 && head.kind != report::PieceHead::Kind::session) return;
  note(What::piece, pieces_.size());
  pieces_.push_back({head, opened_, length, keep(head.id), keep(head.join)});
}

void BatchOutlet::fact(const NameFact& fact) {
  note(What::name, names_.size());
  names_.push_back({fact, keep(fact.name)});
}

void BatchOutlet::fact(const LookupFact& fact) {
  note(What::lookup, lookups_.size());
  lookups_.push_back({fact, keep(fact.question)});
}

void BatchOutlet::fact(const AnnouncedFact& fact) {
  note(What::announced, announced_.size());
  announced_.push_back({fact, keep(fact.session), keep(fact.transfer)});
}

void BatchOutlet::fact(const report::SessionFact& fact) {
  note(What::session, sessions_.size());
  sessions_.push_back(fact);
}

BatchOutlet BatchOutlet::take() {
  BatchOutlet taken = std::move(*this);
  *this = BatchOutlet();
  moment_ = taken.moment_;
  return taken;
}

void BatchOutlet::deliver(std::size_t entry, report::Audience& audience) const {
  const std::uint32_t index = entries_[entry].index;
  switch (entries_[entry].what) {
    case What::piece: {
      const Piece& piece = pieces_[index];
      report::PieceHead head = piece.head;
      head.id = kept(piece.id, head.id.size());
      head.join = kept(piece.join, head.join.size());
      audience.piece(head, std::string_view(bytes_).substr(piece.offset, piece.length));
      break;
    }
    case What::name: {
      NameFact fact = names_[index].fact;
      fact.name = kept(names_[index].text, fact.name.size());
      audience.fact(fact);
      break;
    }
    case What::lookup: {
      LookupFact fact = lookups_[index].fact;
      fact.question = kept(lookups_[index].text, fact.question.size());
      audience.fact(fact);
      break;
    }
    case What::announced: {
      AnnouncedFact fact = announced_[index].fact;
      fact.session = kept(announced_[index].session, fact.session.size());
      fact.transfer = kept(announced_[index].transfer, fact.transfer.size());
      audience.fact(fact);
      break;
    }
    case What::session:
      audience.fact(sessions_[index]);
      break;
  }
}

void merge(const std::vector<BatchOutlet>& outlets, report::Audience& audience) {
  std::vector<std::size_t> at(outlets.size(), 0);
  for (;;) {
    std::size_t best = outlets.size();
    for (std::size_t i = 0; i < outlets.size(); ++i)
      if (at[i] < outlets[i].size() &&
          (best == outlets.size() || outlets[i].moment_of(at[i]) < outlets[best].moment_of(at[best])))
        best = i;
    if (best == outlets.size()) return;
    outlets[best].deliver(at[best]++, audience);
  }
}

void DirectOutlet::close(const report::PieceHead& head) {
  if (head.kind == report::PieceHead::Kind::line) {
    if (bytes_.size() >= line_bytes) flush();
    return;
  }
  const std::string_view all = bytes_;
  if (opened_ != 0) audience_.piece({}, all.substr(0, opened_));
  if (all.size() > opened_ || head.kind == report::PieceHead::Kind::session) audience_.piece(head, all.substr(opened_));
  bytes_.clear();
}

void DirectOutlet::flush() {
  if (!bytes_.empty()) audience_.piece({}, bytes_);
  bytes_.clear();
}

void DirectOutlet::fact(const NameFact& fact) { audience_.fact(fact); }

void DirectOutlet::fact(const LookupFact& fact) {
  if (fact.answer) flush();  // it may make a finding, which stands behind the lines so far
  audience_.fact(fact);
}

void DirectOutlet::fact(const AnnouncedFact& fact) { audience_.fact(fact); }

void DirectOutlet::fact(const report::SessionFact& fact) { audience_.fact(fact); }

}  // namespace wiretale::engine
