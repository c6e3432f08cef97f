// What the output forms share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <wiretale/json.hpp>

#include "report/report.hpp"

namespace wiretale::report {

/// Begins an object: `{"type":"dns","session":"17"`. `session` may be empty: then the record has none.
void begin_record(std::string& out, std::string_view type, std::string_view session);
/// Adds a record's object without its last brace; `inside`: outer layers of an inner stream.
void append_open_record(std::string& out, const SecretPolicy& secrets, const RecordType& type, const void* record,
                        std::string_view session, const std::vector<std::string_view>& inside);
/// Adds `,"same_as":["17.1"]` and the last brace that mails lack.
void close_joined(std::string& out, const std::vector<std::string>& same_as);

/// The number of the frame that opened a session, of its id (`17b`).
[[nodiscard]] Frame session_number(std::string_view id);
/// The head of a session's piece, but for `split`.
[[nodiscard]] PieceHead session_head(const SessionRecord& record, bool shown);
/// The head of a stretch of a long session.
[[nodiscard]] PieceHead part_head(const SessionFacts& session);
/// The head of a record that is an element of a list (mail, file, finding, record). Its `join` and `id` are of
/// `record`.
[[nodiscard]] PieceHead element_head(const RecordType& type, const void* record);

/// A Writer that notices when nobody reads any more.
class OutputWriter : public Writer {
 public:
  explicit OutputWriter(Output& output) : output_(output) {}
  [[nodiscard]] bool listening() const final { return listening_; }

 protected:
  /// False from the first write on that nobody took; nothing is written any more then.
  bool put(std::string_view bytes) {
    if (listening_ && !bytes.empty()) listening_ = output_.write(bytes);
    return listening_;
  }

 private:
  Output& output_;
  bool listening_ = true;
};

/// Octets of a session's story that a worker keeps; more go on as a part.
inline constexpr std::size_t part_bytes = 256U << 10;

[[nodiscard]] std::unique_ptr<Renderer> make_ndjson_renderer(const Style& style);
[[nodiscard]] std::unique_ptr<Writer> make_ndjson_writer(const Style& style, Output& output);
[[nodiscard]] std::unique_ptr<Renderer> make_json_renderer(const Style& style);
[[nodiscard]] std::unique_ptr<Writer> make_json_writer(const Style& style, Output& output);
[[nodiscard]] std::unique_ptr<Renderer> make_text_renderer(const Style& style);
[[nodiscard]] std::unique_ptr<Writer> make_text_writer(const Style& style, Output& output);

}  // namespace wiretale::report
