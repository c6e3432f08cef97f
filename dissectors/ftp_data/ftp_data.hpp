// FTP's data connections: what crosses is a file or a listing, and nothing else.
#pragma once

#include <memory>
#include <optional>

#include <wiretale/dissector.hpp>

#include "common/file_watch.hpp"
#include "common/ftp_link.hpp"

namespace wiretale {

extern const Protocol ftp_data;

namespace file_transfer {

/// Reads a data connection (RFC 959, section 3.2). What its octets are is known by the control connection.
class FtpDataDissector final : public StreamDissector, private DataLink::Data {
 public:
  explicit FtpDataDissector(Session& session);
  ~FtpDataDissector() override;

  Talk client(Input& in) override { return read(in, Side::client); }
  Talk server(Input& in) override { return read(in, Side::server); }
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  Talk read(Input& in, Side side);
  void take(const Piece& piece, Side side);
  void finish();

  [[nodiscard]] bool heard_all() const override;
  void settle() override { session().settle(); }

  std::shared_ptr<DataLink> link_;
  std::optional<FileWatch> file_;
  Side sender_ = Side::server;  // of the file
  bool both_ = false;           // the other side sent something, too
  bool ended_[2] = {false, false};
};

}  // namespace file_transfer
}  // namespace wiretale
