// A dissector whose two coroutines a test brings along, and which takes down what happens to it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>

#include "flow/dialogue.hpp"

namespace wiretale::testing {

/// A Session that only keeps what is said to it.
class FakeSession final : public Session {
 public:
  [[nodiscard]] const SessionFacts& facts() const override { return facts_; }
  [[nodiscard]] const Limits& limits() const override { return own_limits; }
  [[nodiscard]] const Wants& wants() const override { return wants_; }
  [[nodiscard]] const SecretPolicy& secrets() const override { return policy_; }
  void anomaly(Anomaly) override {}
  void limit_reached(std::string_view name) override { reached.emplace_back(name); }
  void become(std::string_view) override {}
  void expect(const Endpoint&, std::string_view, std::shared_ptr<void>) override {}
  [[nodiscard]] std::shared_ptr<void> link() const override { return {}; }
  [[nodiscard]] bool heard_all(Side) const override { return false; }
  void settle() override {}
  void done() override {}
  std::string next_id() override { return "1." + std::to_string(++things_); }
  void fact(const NameFact&) override {}
  void fact(const LookupFact&) override {}
  void fact(const AnnouncedFact&) override {}

  Limits own_limits;
  std::vector<std::string> reached;  ///< names of caps
  std::vector<Waiting*> waiting;

 protected:
  void put(const RecordType&, const void*) override {}
  std::shared_ptr<void>& shared_slot(std::type_index) override { return slot_; }
  void watch(Waiting& one) override { waiting.push_back(&one); }
  void unwatch(Waiting& one) override { std::erase(waiting, &one); }

 private:
  SessionFacts facts_;
  Wants wants_;
  SecretPolicy policy_;
  std::shared_ptr<void> slot_;
  unsigned things_ = 0;
};

class Scribe;
using Part = Talk (*)(Input& in, Scribe& scribe);

/// What happened, a line each.
using Notes = std::vector<std::string>;

class Scribe final : public StreamDissector {
 public:
  Scribe(Session& session, Notes& notes, Part client_part, Part server_part)
      : StreamDissector(session), notes_(notes), parts_{client_part, server_part} {}

  Talk client(Input& in) override { return parts_[0](in, *this); }
  Talk server(Input& in) override { return parts_[1](in, *this); }
  void gap(Side side, std::uint64_t missing, Frame frame) override {
    note(name(side) + " gap " + std::to_string(missing) + " at " + std::to_string(frame));
  }
  void end(Side side, Close how) override { note(name(side) + " end " + std::to_string(static_cast<int>(how))); }

  void note(std::string text) { notes_.push_back(std::move(text)); }
  Input& of(Side side) { return input(side); }

 private:
  static std::string name(Side side) { return side == Side::client ? "client" : "server"; }

  Notes& notes_;
  Part parts_[2];
};

/// `[3-5]`: the frames that something came from.
inline std::string shown(const Where& where) {
  return "[" + std::to_string(where.frames.first) + "-" + std::to_string(where.frames.last) + "]";
}

/// Feeds a dialogue; each call that carries octets is a frame, a second apart.
class Stage {
 public:
  Stage(Part client_part, Part server_part, bool midstream = false)
      : dialogue(session.own_limits, std::make_unique<Scribe>(session, notes, client_part, server_part)) {
    dialogue.start(midstream);
  }
  void client(std::string_view text) { feed(Side::client, text); }
  void server(std::string_view text) { feed(Side::server, text); }
  void feed(Side side, std::string_view text) {
    ++frame;
    const std::string copy(text);  // the octets hold for the call only
    dialogue.feed(side, bytes_of(copy), frame, time());
  }
  void miss(Side side, std::uint64_t octets) { dialogue.miss(side, octets, frame + 1, time()); }
  void end(Close how = Close::fin) {
    dialogue.end(Side::client, how);
    dialogue.end(Side::server, how);
  }
  [[nodiscard]] Timestamp time() const { return {static_cast<std::int64_t>(frame) * 1'000'000'000}; }
  /// What was noted since the last call.
  Notes take() { return std::exchange(notes, {}); }

  FakeSession session;
  Notes notes;
  flow::Dialogue dialogue;
  Frame frame = 0;
};

}  // namespace wiretale::testing
