#include "flow/tcp_pace.hpp"

#include <algorithm>

namespace wiretale::flow {

Nanos smooth(Nanos smoothed, Nanos sample, bool first) { return first ? sample : smoothed + (sample - smoothed) / 8; }

void RoundTrips::add(Nanos rtt) {
  if (count_ == 0 || rtt < min_) min_ = rtt;
  smoothed_ = smooth(smoothed_, rtt, count_ == 0);
  if (count_++ % stride_ != 0) return;
  if (samples_.size() == kept) {
    for (std::size_t i = 0; i < kept / 2; ++i) samples_[i] = samples_[2 * i];
    samples_.resize(kept / 2);
    stride_ *= 2;
    if ((count_ - 1) % stride_ != 0) return;
  }
  samples_.push_back(rtt);
}

Nanos RoundTrips::percentile(unsigned percent) const {
  if (samples_.empty()) return {};
  std::vector<Nanos> sorted = samples_;
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::ranges::nth_element(sorted, at);
  return *at;
}

}  // namespace wiretale::flow
