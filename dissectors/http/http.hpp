// HTTP/1.x: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>

namespace wiretale {

extern const Protocol http;

namespace web {

/// A header or trailer field.
struct FieldRecord {
  std::string_view name;
  Redacted value;

  static constexpr auto fields() {
    return FieldList{
        field("name", &FieldRecord::name, "Field name as sent; absent for a line that has no colon."),
        field("value", &FieldRecord::value, "Field value, unfolded, without white space around."),
    };
  }
};

/// The body of a message.
struct BodyRecord {
  std::optional<std::uint64_t> wire_bytes;
  std::optional<std::uint64_t> bytes;
  std::vector<std::string_view> encoding;
  std::string_view media_type;
  std::string_view detected_media_type;
  std::string_view sha256;
  std::string_view file;

  static constexpr auto fields() {
    return FieldList{
        field("wire_bytes", &BodyRecord::wire_bytes,
              "Octets from the header section's end to the message's, chunk sizes and holes included."),
        field("bytes", &BodyRecord::bytes,
              "Octets seen with chunking and content codings undone; absent where a coding is not known."),
        field("encoding", &BodyRecord::encoding,
              "Codings in the order applied: Content-Encoding, then Transfer-Encoding but for chunked."),
        field("media_type", &BodyRecord::media_type, "Declared: Content-Type without parameters."),
        field("detected_media_type", &BodyRecord::detected_media_type, "By content; with --hash only."),
        field("sha256", &BodyRecord::sha256, "Of the whole decoded body; with --hash only."),
        field("file", &BodyRecord::file, "Id of the file record."),
    };
  }
};

/// A request as sent.
struct RequestRecord {
  std::string_view method;
  Redacted target;
  std::string_view version;
  std::string_view host;
  Redacted uri;
  std::vector<FieldRecord> headers;
  std::optional<BodyRecord> body;
  std::vector<FieldRecord> trailers;

  static constexpr auto fields() {
    using R = RequestRecord;
    return FieldList{
        field("method", &R::method, "Method (RFC 9110, section 9)."),
        field("target", &R::target, "Request target as sent (RFC 9112, section 3.2)."),
        field("version", &R::version, "HTTP version, as 1.1; 0.9 for a request line without one."),
        field("host", &R::host, "Host field, else the authority of the target."),
        field("uri", &R::uri, "Absolute URI that is asked for (RFC 9112, section 3.3)."),
        field("headers", &R::headers, "Header fields in order, duplicates kept."),
        field("body", &R::body, "The content; absent where there is none."),
        field("trailers", &R::trailers, "Fields after a chunked body."),
    };
  }
};

/// A final response.
struct ResponseRecord {
  std::optional<std::uint16_t> status;
  std::string_view reason;
  std::string_view version;
  std::vector<FieldRecord> headers;
  std::optional<BodyRecord> body;
  std::vector<FieldRecord> trailers;

  static constexpr auto fields() {
    using R = ResponseRecord;
    return FieldList{
        field("status", &R::status, "Status code (RFC 9110, section 15); absent where there was no status line."),
        field("reason", &R::reason, "Reason phrase as sent."),
        field("version", &R::version, "HTTP version, as 1.1."),
        field("headers", &R::headers, "Header fields in order, duplicates kept."),
        field("body", &R::body, "The content; absent where there is none."),
        field("trailers", &R::trailers, "Fields after a chunked body."),
    };
  }
};

/// A response that only announces the final one: 1xx.
struct InterimRecord {
  std::uint16_t status = 0;
  std::string_view reason;
  std::string_view version;
  std::vector<FieldRecord> headers;
  Frames frames;

  static constexpr auto fields() {
    using R = InterimRecord;
    return FieldList{
        field("status", &R::status, "Status code."),          field("reason", &R::reason, "Reason phrase as sent."),
        field("version", &R::version, "HTTP version."),       field("headers", &R::headers, "Header fields in order."),
        field("frames", &R::frames, "Frames that carry it."),
    };
  }
};

/// A request with its response; also one without the other.
struct HttpRecord {
  static constexpr RecordInfo info{"http", "An HTTP/1.x request with its response, or one of them alone."};

  ExchangeFacts exchange;
  std::uint64_t number = 0;
  std::optional<RequestRecord> request;
  std::vector<InterimRecord> interim;
  std::optional<ResponseRecord> response;
  std::string user;
  std::optional<Nanos> total;

  static constexpr auto fields() {
    using R = HttpRecord;
    return FieldList{
        embed(&R::exchange),
        field("number", &R::number, "Number of the exchange in its session, from 1."),
        field("request", &R::request, "The request; absent where it was not captured."),
        field("interim", &R::interim, "1xx responses that came before the final one."),
        field("response", &R::response, "The final response; absent where there is none."),
        field("user", &R::user, "Who the client says it is: the user name of Basic or Digest credentials."),
        field("total_s", &R::total, "From the request's first octet to the response's last."),
    };
  }
  static void tell(const HttpRecord& record, Tale& tale);
};

}  // namespace web
}  // namespace wiretale
