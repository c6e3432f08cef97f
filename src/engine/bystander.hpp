// What packets say that open no session.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <wiretale/dissector.hpp>

#include "decode/decoded.hpp"
#include "engine/context.hpp"

namespace wiretale::engine {

class Conversation;

/// The Session of dissectors whose packets belong to none (ARP, neighbour discovery, ICMP errors): one a worker,
/// without ends. What they say of a packet that quotes a session is told with that one.
class Bystander final : public Session {
 public:
  explicit Bystander(Context& context) : context_(context) {}

  /// Gives a packet to the protocol's dissector. `about`: the session that it quotes, or null.
  void hear(const Protocol& protocol, const decode::Decoded& packet, Conversation* about);
  /// Gives up what is due at `now`.
  void expire(Timestamp now);
  /// The capture ended.
  void end();

  // ---- Session
  [[nodiscard]] const SessionFacts& facts() const override;
  [[nodiscard]] const Limits& limits() const override { return context_.settings.limits; }
  [[nodiscard]] const Wants& wants() const override { return context_.settings.wants; }
  [[nodiscard]] const SecretPolicy& secrets() const override { return context_.settings.secrets; }
  /// There is no session record that it could stand in: what is odd stands in the dissectors' own records.
  void anomaly(Anomaly) override {}
  void limit_reached(std::string_view name) override { ++context_.limits_reached[name]; }
  void become(std::string_view) override {}
  void expect(const Endpoint&, std::string_view, std::shared_ptr<void>) override {}
  [[nodiscard]] std::shared_ptr<void> link() const override { return {}; }
  [[nodiscard]] bool heard_all(Side) const override { return false; }
  void settle() override {}
  void done() override {}
  std::string next_id() override { return {}; }
  void fact(const NameFact& fact) override { context_.outlet.fact(fact); }
  void fact(const LookupFact& fact) override { context_.outlet.fact(fact); }
  void fact(const AnnouncedFact& fact) override { context_.outlet.fact(fact); }

 protected:
  void put(const RecordType& type, const void* record) override;
  std::shared_ptr<void>& shared_slot(std::type_index type) override { return context_.shared[type]; }
  void watch(Waiting& waiting) override;
  void unwatch(Waiting& waiting) override { std::erase(waiting_, &waiting); }

 private:
  Context& context_;
  Conversation* about_ = nullptr;
  SessionFacts nobody_;
  std::string link_;
  std::vector<Waiting*> waiting_;
  std::map<std::string_view, std::unique_ptr<LooseDissector>>
      dissectors_;  ///< by protocol; after `waiting_`, to go first
};

}  // namespace wiretale::engine
