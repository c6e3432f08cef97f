// Requests that wait for their response.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <wiretale/session.hpp>

namespace wiretale {

/// Open requests of a session, oldest first. Capped by Limits::pending; each has a deadline at which the engine gives
/// it up. Whatever leaves without a response (deadline, cap, end) goes to `unanswered`, which emits it with
/// `complete: false`.
template <class Key, class Exchange>
class Pending final : public Waiting {
 public:
  /// `wait`: how long a request may stay open, in packet time.
  Pending(Session& session, Nanos wait, std::function<void(Exchange&&)> unanswered)
      : Waiting(session), wait_(wait), unanswered_(std::move(unanswered)) {}

  /// Opens a request. At the cap the oldest one is given up first.
  Exchange& add(Key key, Exchange exchange, Timestamp now) {
    if (open_.size() >= session().limits().pending) {
      session().limit_reached("pending");
      give_up_front();
    }
    open_.push_back({std::move(key), std::move(exchange), now + wait_});
    if (open_.size() == 1) watch();
    return open_.back().exchange;
  }

  /// The oldest open request with this key; null where there is none. Valid until the next change.
  Exchange* find(const Key& key) {
    for (Entry& entry : open_)
      if (entry.key == key) return &entry.exchange;
    return nullptr;
  }

  /// Takes out the oldest open request with this key: it has its response.
  std::optional<Exchange> take(const Key& key) {
    for (auto it = open_.begin(); it != open_.end(); ++it) {
      if (!(it->key == key)) continue;
      std::optional<Exchange> found(std::move(it->exchange));
      open_.erase(it);
      if (open_.empty()) watch();
      return found;
    }
    return std::nullopt;
  }

  /// The oldest open request of all; null where none is open.
  Exchange* front() { return open_.empty() ? nullptr : &open_.front().exchange; }
  /// The newest open request of all; null where none is open.
  Exchange* back() { return open_.empty() ? nullptr : &open_.back().exchange; }
  /// Takes out the oldest open request.
  std::optional<Exchange> take_front() {
    if (open_.empty()) return std::nullopt;
    std::optional<Exchange> found(std::move(open_.front().exchange));
    open_.erase(open_.begin());
    if (open_.empty()) watch();
    return found;
  }

  [[nodiscard]] bool empty() const { return open_.empty(); }
  [[nodiscard]] std::size_t size() const { return open_.size(); }

  /// Calls visit(exchange) for each open request, oldest first.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Entry& entry : open_) visit(entry.exchange);
  }

  /// Gives up all that is open, oldest first: at the end of a session.
  void flush() {
    while (!open_.empty()) give_up_front();
  }

  [[nodiscard]] std::optional<Timestamp> deadline() const override {
    if (open_.empty()) return std::nullopt;
    return open_.front().deadline;
  }

  void expire(Timestamp now) override {
    while (!open_.empty() && open_.front().deadline <= now) give_up_front();
  }

 private:
  struct Entry {
    Key key;
    Exchange exchange;
    Timestamp deadline;
  };

  void give_up_front() {
    Exchange exchange = std::move(open_.front().exchange);
    open_.erase(open_.begin());
    unanswered_(std::move(exchange));
  }

  Nanos wait_;
  std::function<void(Exchange&&)> unanswered_;
  std::vector<Entry> open_;
};

}  // namespace wiretale
