// How a record is told to a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/net.hpp>
#include <wiretale/secrets.hpp>

namespace wiretale {

/// Takes down what a record has to tell, line by line; text and HTML lay it out. A record type with a
/// `static void tell(const R&, Tale&)` uses it. All texts may hold anything from the wire: control characters are made
/// visible by whoever lays them out, never by the record.
class Tale {
 public:
  virtual ~Tale() = default;

  /// A line that one side said: `  21 C  MAIL FROM:<alice@crepes.fr>`, with an aside at its end such as a latency.
  virtual void said(Side side, Frames frames, std::string_view text, std::string_view aside) = 0;
  /// A line that tells of both sides, as a DNS lookup: question and answers.
  virtual void told(Frames frames, std::string_view text, std::string_view aside) = 0;
  /// A line that belongs under the one before, as a header or an answer.
  virtual void detail(std::string_view text) = 0;
  /// Something that the reader should notice, under the line before, as an anomaly.
  virtual void notice(Frame frame, std::string_view text) = 0;
  /// True where the user wants explanations: don't build them otherwise.
  [[nodiscard]] virtual bool explaining() const = 0;
  /// A sentence for somebody who has just learned the protocol.
  virtual void explain(std::string_view sentence) = 0;
  /// How secrets are to be shown.
  [[nodiscard]] virtual const SecretPolicy& secrets() const = 0;

  /// Tells every anomaly of an exchange.
  void notices(const std::vector<Anomaly>& anomalies) {
    for (const Anomaly& anomaly : anomalies) notice(anomaly.frame, anomaly.text.empty() ? anomaly.name : anomaly.text);
  }
};

/// A duration as a person reads it: `0.4 ms`, `12 ms`, `1.2 s`, `3 min 5 s`.
[[nodiscard]] std::string human_duration(Nanos duration);
/// A size as a person reads it: `812 bytes`, `4.7 kB`, `1.2 MB` (thousands, not 1024).
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// A count as a person reads it: `1 packet`, `12,345 packets`.
[[nodiscard]] std::string human_count(std::uint64_t count, std::string_view noun, std::string_view plural = {});

}  // namespace wiretale
