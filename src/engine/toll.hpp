// What capture files add up to, beside their packets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <wiretale/records.hpp>

#include "capture/file_source.hpp"

namespace wiretale::engine {

/// Collects, over all files of a run, what was damaged, dropped, passed over and kept.
class Toll {
 public:
  /// Takes what a file told, when it is not read any further.
  void add(const std::string& file, const capture::FileSource& source, const Limits& limits);
  /// Adds everything to the summary, and what people should hear of to the warnings.
  void fill(SummaryRecord& summary, std::vector<std::string>& warnings) const;

 private:
  void add_drops(const capture::FileSource& source);

  std::vector<SkippedFields> skipped_;
  std::uint64_t skipped_bytes_ = 0;
  std::uint64_t skipped_places_ = 0;
  std::uint64_t without_packet_ = 0;
  DroppedFields dropped_;
  std::map<std::string, std::uint64_t> link_errors_, other_blocks_, limits_reached_;
  std::map<std::string, SecretsFields> secrets_;
  std::vector<capture::Fault> faults_;
};

}  // namespace wiretale::engine
