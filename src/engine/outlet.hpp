// Where a worker puts what it makes.
#pragma once

#include <wiretale/report.hpp>

namespace wiretale::engine {

/// Where in the output something stands: before the frame that follows a tick by its deadline, at the frame that made
/// it, or at the end by session; within that by session, then in the order made.
struct Moment {
  Frame frame = 0;
  std::int64_t deadline = 0;  ///< whole second; INT64_MAX: made by the frame itself
  Frame session = 0;
  auto operator<=>(const Moment&) const = default;
};

/// Takes pieces and facts. What comes after moment() stands there.
class Outlet : public report::PieceSink {
 public:
  virtual void moment(const Moment& moment) = 0;
  virtual void fact(const NameFact& fact) = 0;
  virtual void fact(const LookupFact& fact) = 0;
  virtual void fact(const AnnouncedFact& fact) = 0;
  virtual void fact(const report::SessionFact& fact) = 0;
};

}  // namespace wiretale::engine
