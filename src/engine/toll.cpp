#include "engine/toll.hpp"

#include <optional>

namespace wiretale::engine {
namespace {

/// Damaged stretches, and files that end too early, of which people are warned one by one.
constexpr std::size_t most_warnings = 20;

void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

template <class Map>
void put(Named<typename Map::mapped_type>& named, const Map& from) {
  for (const auto& [name, value] : from) named.items.emplace_back(name, value);
}

}  // namespace

void Toll::add(const std::string& file, const capture::FileSource& source, const Limits& limits) {
  const capture::Tally& tally = source.tally();
  for (const capture::Damage& damage : tally.damages) {
    if (skipped_.size() >= limits.record_items) {
      ++limits_reached_["record_items"];
      break;
    }
    skipped_.push_back({file, damage.from, damage.to, damage.to - damage.from, damage.reason});
  }
  skipped_bytes_ += tally.damaged_bytes;
  skipped_places_ += tally.damaged_places;
  without_packet_ += source.frames_without_packet();
  add_drops(source);
  for (const auto& [name, count] : tally.link_errors) link_errors_[std::string(name)] += count;
  for (const auto& [name, count] : tally.other_blocks) other_blocks_[name] += count;
  for (const auto& [name, count] : tally.limits_reached) limits_reached_[std::string(name)] += count;
  for (const capture::Secrets& secrets : tally.secrets) {
    SecretsFields& total = secrets_[std::string(secrets.kind)];
    ++total.blocks;
    total.bytes += secrets.text.size();
  }
  if (source.fault() && faults_.size() < limits.record_items) faults_.push_back(*source.fault());
}

void Toll::add_drops(const capture::FileSource& source) {
  for (const capture::Interface& interface : source.interfaces()) {
    engine::add(dropped_.interface, interface.dropped);
    engine::add(dropped_.kernel, interface.os_dropped);
    if (!interface.accepted || !interface.delivered) continue;
    const std::uint64_t taken = *interface.delivered + interface.os_dropped.value_or(0);
    engine::add(dropped_.application, *interface.accepted > taken ? *interface.accepted - taken : 0);
  }
  if (const std::uint64_t lost = source.tally().lost_before_packets; lost != 0)
    engine::add(dropped_.between_packets, lost);
}

void Toll::fill(SummaryRecord& summary, std::vector<std::string>& warnings) const {
  summary.skipped = skipped_;
  summary.skipped_bytes = skipped_bytes_;
  summary.frames_without_packet = without_packet_;
  summary.dropped = dropped_;
  put(summary.link_errors, link_errors_);
  put(summary.decryption_secrets, secrets_);
  put(summary.other_blocks, other_blocks_);
  for (const auto& [name, count] : limits_reached_) summary.limits_reached.of(name) += count;
  for (std::size_t i = 0; i < skipped_.size() && i < most_warnings; ++i) {
    const SkippedFields& each = skipped_[i];
    warnings.push_back(each.file + ": passed over " + std::to_string(each.bytes) + " bytes, from " +
                       std::to_string(each.from) + " to " + std::to_string(each.to) + ": " + each.reason);
  }
  if (skipped_places_ > most_warnings)
    warnings.push_back("passed over " + std::to_string(skipped_places_ - most_warnings) + " more damaged places");
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const capture::Fault& fault = faults_[i];
    if (i == 0) summary.truncated_at = TruncatedAt{fault.file, fault.offset, fault.reason};
    if (i < most_warnings)
      warnings.push_back(fault.file + ": " + fault.reason + " at byte " + std::to_string(fault.offset) +
                         "; everything before it is reported");
  }
  if (faults_.size() > most_warnings)
    warnings.push_back(std::to_string(faults_.size() - most_warnings) + " more files end too early");
}

}  // namespace wiretale::engine
