// Where a report goes: standard output, or a file that is there when it is complete.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace wiretale::cli {

/// Writes to a descriptor, large pieces at once.
class FdOutput : public report::Output {
 public:
  explicit FdOutput(int descriptor) : descriptor_(descriptor) {}
  bool write(std::string_view bytes) override;

  /// errno of the write that failed; 0 where all went well or the reader has just gone away (EPIPE).
  [[nodiscard]] int error() const { return error_; }
  /// Everything is written. Throws UsageError where it can't be kept.
  virtual void finish() {}

 protected:
  FdOutput() = default;
  void set_descriptor(int descriptor) { descriptor_ = descriptor; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  int error_ = 0;
};

/// Opens `path`, or standard output where it is empty. A file has another name until finish(), so that what has its
/// name is whole; pipes and devices are written as they are. Throws UsageError where it can't be opened, or where it is
/// one of `inputs`.
[[nodiscard]] std::unique_ptr<FdOutput> open_output(const std::string& path, const std::vector<std::string>& inputs);

}  // namespace wiretale::cli
