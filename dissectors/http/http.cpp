#include "http/http.hpp"

#include <array>

#include <wiretale/records.hpp>

#include "http/dissector.hpp"
#include "http/start_line.hpp"

namespace wiretale {
namespace {

// What IANA gives to HTTP, and where its servers and proxies are usually found.
constexpr std::array<Port, 13> ports{{{Transport::tcp, 80},
                                      {Transport::tcp, 8080},
                                      {Transport::tcp, 8000},
                                      {Transport::tcp, 8008},
                                      {Transport::tcp, 8088},
                                      {Transport::tcp, 8888},
                                      {Transport::tcp, 3128},
                                      {Transport::tcp, 3132},
                                      {Transport::tcp, 5985},
                                      {Transport::tcp, 11371},
                                      {Transport::tcp, 1900},
                                      {Transport::tcp, 2869},
                                      {Transport::tcp, 2710}}};

constexpr std::array<const RecordType*, 3> records{&record_type<web::HttpRecord>, &record_type<FileRecord>,
                                                   &record_type<FindingRecord>};

std::unique_ptr<StreamDissector> make(Session& session) { return std::make_unique<web::HttpDissector>(session); }

}  // namespace

const Protocol http{
    .name = "http",
    .title = "Hypertext Transfer Protocol 1.x",
    .rfcs = "RFC 9110, RFC 9112, RFC 1945",
    .ports = ports,
    .probe = web::probe,
    .stream = make,
    .records = records,
    .across_ports = {},
};

}  // namespace wiretale
