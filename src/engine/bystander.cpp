#include "engine/bystander.hpp"

#include <algorithm>
#include <string>

#include "engine/conversation.hpp"

namespace wiretale::engine {

void Bystander::hear(const Protocol& protocol, const decode::Decoded& packet, Conversation* about) {
  std::unique_ptr<LooseDissector>& dissector = dissectors_[protocol.name];
  if (!dissector) dissector = protocol.loose(*this);
  about_ = about;
  LooseMessage message;
  message.transport = packet.outcome == decode::Outcome::arp ? Transport::none : packet.transport;
  message.bytes = packet.payload;
  message.wire_bytes = packet.payload_bytes;
  message.frame = packet.frame;
  for (const Frame frame : packet.fragments) message.fragments.add(frame);
  message.time = packet.time;
  message.source = packet.source;
  message.destination = packet.destination;
  message.source_mac = packet.source_mac;
  message.destination_mac = packet.destination_mac;
  message.hop_limit = packet.ttl;
  link_.clear();
  for (std::size_t i = 0; i < packet.vlan_count; ++i) link_ += std::to_string(packet.vlans[i]) + ' ';
  if (packet.path != nullptr) link_ += packet.path->key;
  message.link = link_;
  if (packet.vlan_count != 0) message.vlan = packet.vlans.front();
  if (about != nullptr) message.about = &facts();
  dissector->message(message);
  about_ = nullptr;
}

void Bystander::expire(Timestamp now) {
  for (std::size_t i = 0; i < waiting_.size(); ++i)
    if (const auto due = waiting_[i]->deadline(); due && *due <= now) waiting_[i]->expire(now);
}

void Bystander::end() {
  for (const auto& [name, dissector] : dissectors_) dissector->end();
}

const SessionFacts& Bystander::facts() const { return about_ != nullptr ? about_->told_facts() : nobody_; }

void Bystander::put(const RecordType& type, const void* record) {
  if (about_ != nullptr)
    about_->aside(type, record);
  else
    context_.renderer.loose(type, record, context_.outlet);
}

void Bystander::watch(Waiting& waiting) {
  if (std::ranges::find(waiting_, &waiting) == waiting_.end()) waiting_.push_back(&waiting);
}

}  // namespace wiretale::engine
