// The options, and which command they are for.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <thread>

#include <fcntl.h>
#include <unistd.h>
#include <csignal>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "engine/detector.hpp"
#include "engine/registry.hpp"

namespace wiretale::cli {
namespace {

constexpr std::array<std::string_view, 6> commands{"read", "protocols", "limits", "schema", "reference", "help"};
constexpr std::size_t longest_key = 64U << 10;
constexpr std::uint64_t decoded_to_extract = 256U << 20;

/// Options as they are given, before they are looked at.
struct Given {
  std::vector<std::string> files;
  std::string format = "text", color = "auto", secrets, secrets_key, output, filter, session, type, folder,
              overlap = "first", extract;
  std::vector<std::string> only, maps, limits;
  std::string fragment_overlap = "first";
  bool explain = false, wide = false, hash = false, quiet = false, tcp_detail = false;
  unsigned jobs = 0;
  bool follow = false;
  double follow_idle = 0;
};

void add_read(CLI::App& app, Given& given) {
  CLI::App& read = *app.add_subcommand("read");
  read.add_option("files", given.files)->required();
  read.add_option("--format", given.format)->check(CLI::IsMember({"text", "json", "ndjson"}));
  read.add_option("--only", given.only)->delimiter(',')->allow_extra_args(false);
  read.add_option("--session", given.session);
  read.add_flag("--explain", given.explain);
  read.add_flag("--wide", given.wide);
  read.add_option("--color,--colour", given.color)->check(CLI::IsMember({"auto", "always", "never"}));
  read.add_option("--filter", given.filter);
  read.add_option("--fragment-overlap", given.fragment_overlap)
      ->check(CLI::IsMember({"first", "last", "bsd", "linux", "windows"}));
  read.add_option("--map", given.maps)->allow_extra_args(false);
  read.add_option("--limit", given.limits)->allow_extra_args(false);
  read.add_flag("--hash", given.hash);
  read.add_option("--extract", given.extract);
  read.add_flag("--tcp-detail", given.tcp_detail);
  read.add_option("--overlap", given.overlap)->check(CLI::IsMember({"first", "last", "bsd", "linux", "windows"}));
  read.add_option("--secrets", given.secrets)->check(CLI::IsMember({"hide", "fingerprint", "show"}));
  read.add_option("--secrets-key", given.secrets_key);
  read.add_option("-o,--output", given.output);
  read.add_option("-j,--jobs", given.jobs)->check(CLI::Range(1U, 256U));
  read.add_flag("-q,--quiet", given.quiet);
  read.add_flag("--follow", given.follow);
  read.add_option("--follow-idle", given.follow_idle)->check(CLI::Range(0.001, 1e9));
}

std::string random_key() {
  std::random_device source;
  std::string key;
  for (int i = 0; i < 8; ++i) key += fmt::format("{:08x}", source());
  return key;
}

std::string key_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string key;
  if (file) {
    key.assign(std::istreambuf_iterator<char>(file), {});
    while (key.ends_with('\n') || key.ends_with('\r')) key.pop_back();
  }
  if (key.empty() || key.size() > longest_key)
    throw UsageError{"--secrets-key " + path + ": there is no key in it",
                     "a key is any text of up to 64 kB, in a file"};
  return key;
}

SecretPolicy secrets_of(const Given& given) {
  if (!given.secrets_key.empty() && !given.secrets.empty() && given.secrets != "fingerprint")
    throw UsageError{"--secrets-key is for --secrets fingerprint, not for --secrets " + given.secrets, {}};
  if (given.secrets == "show") return {Secrecy::show, {}};
  if (!given.secrets_key.empty()) return {Secrecy::fingerprint, key_of(given.secrets_key)};
  if (given.secrets == "fingerprint") return {Secrecy::fingerprint, random_key()};
  return {};
}

/// A session's id as reports write it: `#17` or `17`.
std::string session_of(std::string id) {
  if (id.starts_with('#')) id.erase(0, 1);
  const std::size_t digits = std::min(id.find_first_not_of("0123456789"), id.size());
  const bool good = digits > 0 && std::ranges::all_of(id.substr(digits), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!id.empty() && !good)
    throw UsageError{"--session " + id + ": no session has such a number", "reports name sessions like #17"};
  return id;
}

Overlap overlap_of(std::string_view name) {
  using enum Overlap;
  for (const Overlap policy : {last, bsd, linux_kernel, windows})
    if (name == name_of(policy)) return policy;
  return first;
}

bool colored(const Given& given) {
  if (given.color != "auto") return given.color == "always";
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value != nullptr ? std::string_view(value) : std::string_view();
  };
  return given.output.empty() && isatty(STDOUT_FILENO) == 1 && set("NO_COLOR").empty() && set("TERM") != "dumb";
}

void check_only(const std::vector<std::string>& only) {
  for (const std::string& name : only) {
    if (engine::protocol(name) != nullptr || name == "unknown" || name == "icmp" || name == "icmpv6") continue;
    throw UsageError{"--only " + name + ": no protocol has that name", "wiretale protocols lists them"};
  }
}

Limits limits_of(const Given& given) {
  Limits limits;
  for (const std::string& limit : given.limits)
    if (const std::string fault = set_limit(limits, limit); !fault.empty())
      throw UsageError{fmt::format("--limit {}: {}", limit, fault), "wiretale limits lists them, with their values"};
  return limits;
}

ReadOptions read_options(const Given& given) {
  ReadOptions options;
  options.output = given.output;
  options.quiet = given.quiet;
  options.run.files = given.files;
  options.run.filter = given.filter;
  options.run.jobs = given.jobs != 0 ? given.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
  options.run.settings.secrets = secrets_of(given);
  options.run.settings.limits = limits_of(given);
  options.run.settings.wants.hashes = given.hash || !given.extract.empty();
  options.extract = given.extract;
  if (!given.extract.empty()) {
    options.run.settings.wants.files = true;
    // What is written down is not to end where a size is only told.
    Limits& limits = options.run.settings.limits;
    if (limits.decoded_bytes == Limits{}.decoded_bytes) limits.decoded_bytes = decoded_to_extract;
  }
  options.run.settings.wants.tcp_detail = given.tcp_detail;
  options.run.settings.fragment_overlap = overlap_of(given.fragment_overlap);
  options.run.settings.overlap = overlap_of(given.overlap);
  options.run.follow = given.follow || given.follow_idle > 0;
  if (given.follow_idle > 0)
    options.run.follow_idle = std::chrono::nanoseconds(static_cast<std::int64_t>(given.follow_idle * 1e9));
  for (const std::string& map : given.maps) {
    std::string error;
    const auto mapping = engine::parse_mapping(map, error);
    if (!mapping) throw UsageError{fmt::format("--map {}: {}", map, error), "write it like 2525/tcp=smtp"};
    options.run.settings.mapped.insert_or_assign(mapping->first, mapping->second);
  }
  check_only(given.only);
  if (std::ranges::count(given.files, "-") > 1) throw UsageError{"standard input can be read only once", {}};

  report::Style& style = options.style;
  style.format = given.format == "json"     ? report::Format::json
                 : given.format == "ndjson" ? report::Format::ndjson
                                            : report::Format::text;
  style.wide = given.wide;
  style.color = colored(given);
  style.explain = given.explain;
  style.quiet = given.quiet;
  style.filtered = !given.filter.empty();
  style.only = given.only;
  style.session = session_of(given.session);
  options.run.settings.files_of_session = style.session;
  options.run.settings.files_of = given.only;
  style.secrets = options.run.settings.secrets;
  return options;
}

/// Descriptors 0 to 2 exist from here on, so that no file is taken for standard output.
void open_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor)
    if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY) < 0) return;
}

/// The command, and the arguments without it; `wiretale FILE` is short for `wiretale read FILE`.
int dispatch(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    complain("no file to read", "wiretale --help shows how to use it");
    return refused;
  }
  if (std::ranges::find(commands, arguments.front()) == commands.end()) {
    for (const std::string& argument : arguments) {
      if (argument == "--") break;
      if (argument == "--help" || argument == "-h") return print(help_text());
      if (argument == "--version") return print("wiretale " WIRETALE_VERSION "\n");
    }
    arguments.insert(arguments.begin(), "read");
  }
  if (arguments.front() == "help" || std::ranges::find(arguments, "--help") != arguments.end())
    return print(help_text());

  CLI::App app;
  app.set_help_flag();
  Given given;
  add_read(app, given);
  app.add_subcommand("protocols");
  app.add_subcommand("limits")->add_option("--limit", given.limits)->allow_extra_args(false);
  app.add_subcommand("schema")->add_option("type", given.type);
  app.add_subcommand("reference")->add_option("folder", given.folder)->required();
  for (CLI::App* command : app.get_subcommands({})) command->set_help_flag();
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    throw UsageError{error.what(), "wiretale --help shows all options"};
  }
  if (app.got_subcommand("protocols")) return list_protocols();
  if (app.got_subcommand("limits")) return list_limits(limits_of(given));
  if (app.got_subcommand("schema")) return print_schema(given.type);
  if (app.got_subcommand("reference")) return write_reference(given.folder);
  return read(read_options(given));
}

}  // namespace

int print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written || errno == EPIPE ? done : failed;
}

void complain(std::string_view what, std::string_view advice) {
  const std::string text =
      advice.empty() ? fmt::format("wiretale: {}\n", what) : fmt::format("wiretale: {}\n  {}\n", what, advice);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int run(const std::vector<std::string>& arguments) {
  open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch(arguments);
  } catch (const UsageError& error) {
    complain(error.what, error.advice);
    return refused;
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return failed;
}

}  // namespace wiretale::cli
