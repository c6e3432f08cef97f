// The bar that shows how far reading is.
#pragma once

#include <chrono>

#include "engine/pipeline.hpp"

namespace wiretale::cli {

/// Draws one line on standard error, where that is a terminal and the reading takes long enough.
class ProgressBar {
 public:
  /// `wanted`: false where nothing shall be drawn in any case.
  explicit ProgressBar(bool wanted);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(const engine::Progress& progress);
  /// Wipes the line.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;  // for drawing only: nothing that is reported depends on it

  bool wanted_;
  bool drawn_ = false;
  Clock::time_point next_;
};

}  // namespace wiretale::cli
