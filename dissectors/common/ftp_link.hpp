// What an FTP control connection and the data connection that it announced tell each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <wiretale/net.hpp>

namespace wiretale::file_transfer {

/// Shared by the two, who come and go in any order. Each side writes its own part, and reads the other one.
struct DataLink {
  /// The control connection, as the data connection sees it.
  class Control {
   public:
    /// The data connection is over: all of `link` is known.
    virtual void data_over() = 0;

   protected:
    ~Control() = default;
  };
  /// The data connection, as the control connection sees it.
  class Data {
   public:
    /// True where all of the data was heard, up to its end.
    [[nodiscard]] virtual bool heard_all() const = 0;
    /// The capture is over: what is held out of order comes now, with holes.
    virtual void settle() = 0;

   protected:
    ~Data() = default;
  };

  // by the control connection
  Control* control = nullptr;                   ///< null before the transfer begins, and once it was told
  std::string name;                             ///< of the file, as it was sent
  std::optional<std::uint64_t> expected_bytes;  ///< as far as the announced size is that of what is sent
  bool asked = false;                           ///< the command that it is for is known
  bool listing = false;                         ///< not a file, but text for the client
  bool part = false;                            ///< REST: not all of the file
  bool failed = false;                          ///< the server says that the transfer didn't work out

  // by the data connection
  Data* data = nullptr;  ///< null before it begins and after its end
  std::string session;   ///< its id; empty where it was not seen
  std::string file;      ///< id of the file's record
  std::string text;      ///< the start of a listing, at most Limits::text_bytes
  Frames frames;         ///< that carry data
  Timestamp first, last;
  std::uint64_t bytes = 0;    ///< octets seen
  std::uint64_t missing = 0;  ///< octets in holes
  bool whole = false;         ///< after its end: all of it was heard, up to its end
};

}  // namespace wiretale::file_transfer
