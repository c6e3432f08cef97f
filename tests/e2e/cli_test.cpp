// The program as its user meets it: options, exit codes, what goes to which stream.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>

#include <sys/wait.h>

#include "harness/places.hpp"
#include "report/display.hpp"

#ifdef WIRETALE_BINARY

namespace wiretale {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int exit = -1;
  std::string out, err;
};

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wiretale-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  /// Runs a shell command in which `wiretale` is the program.
  [[nodiscard]] Ran run(const std::string& command) const {
    const fs::path out = folder / "out", err = folder / "err";
    const std::string line = "cd " + folder.string() + "; wiretale() { " WIRETALE_BINARY " \"$@\"; }; { " + command +
                             "; } >" + out.string() + " 2>" + err.string() + " </dev/null";
    Ran ran;
    const int status = std::system(("bash -c '" + line + "'").c_str());
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ran.out = slurp(out);
    ran.err = slurp(err);
    return ran;
  }

  static std::string sample(const std::string& name) { return (harness::source_folder() / "samples" / name).string(); }

  fs::path folder;
};

TEST_F(Cli, HelpFitsAScreen) {
  for (const char* command : {"wiretale --help", "wiretale -h", "wiretale help", "wiretale read --help"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.exit, 0);
    std::istringstream lines(ran.out);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(report::columns(line), 80U) << line;
    EXPECT_LE(count, 24U);
    for (const char* option : {"--format", "--only", "--session", "--explain", "--wide", "--color", "--filter", "--map",
                               "--hash", "--tcp-detail", "--overlap", "--follow", "--follow-idle", "--secrets",
                               "--secrets-key", "--output", "--jobs", "--quiet"})
      EXPECT_NE(ran.out.find(option), std::string::npos) << option;
  }
  EXPECT_EQ(run("wiretale --version").out.substr(0, 9), "wiretale ");
}

TEST_F(Cli, WrongUsageIsToldWithAdvice) {
  for (const char* command :
       {"wiretale", "wiretale --no-such-option x", "wiretale --format xml x.pcap", "wiretale --only nonsense x",
        "wiretale --session abc x", "wiretale --map 25=smtp x", "wiretale --secrets-key missing x",
        "wiretale schema nonsense", "wiretale -j 0 x", "wiretale - -"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.exit, 2) << command << ran.err;
    EXPECT_TRUE(ran.err.starts_with("wiretale: ")) << command << ran.err;
    EXPECT_EQ(ran.out, "") << command;
  }
}

TEST_F(Cli, UnreadableInputIsTold) {
  const Ran missing = run("wiretale missing.pcap");
  EXPECT_EQ(missing.exit, 2);
  EXPECT_NE(missing.err.find("missing.pcap: "), std::string::npos) << missing.err;
  EXPECT_EQ(run("echo nonsense > x; wiretale x").exit, 2);
  EXPECT_EQ(run("wiretale --filter \"tcp prt 25\" " + sample("dns-lookups.pcap")).exit, 2);
  EXPECT_EQ(run("wiretale -o /nonexistent/x " + sample("dns-lookups.pcap")).exit, 2);
}

TEST_F(Cli, ACutCaptureIsReportedUpToTheCut) {
  const Ran ran = run("head -c 3000 " + sample("dns-lookups.pcap") + " > cut.pcap; wiretale cut.pcap");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.out.find("What was left out\n  cut.pcap could be read up to"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("warning: cut.pcap: "), std::string::npos) << ran.err;
  EXPECT_EQ(run("wiretale -q cut.pcap 2>&1 >/dev/null").out, "");
}

TEST_F(Cli, AReaderThatLeavesIsNoFault) {
  for (const char* format : {"text", "json", "ndjson"}) {
    const Ran ran = run("set -o pipefail; wiretale --format " + std::string(format) + " " + sample("dns-lookups.pcap") +
                        " | head -1");
    EXPECT_EQ(ran.exit, 0) << format;
    EXPECT_EQ(ran.err, "");
  }
}

TEST_F(Cli, AFullDiskIsAFault) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  const Ran ran = run("wiretale " + sample("dns-lookups.pcap") + " > /dev/full");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.err.find("can't be written"), std::string::npos) << ran.err;
}

TEST_F(Cli, AnOutputFileIsThereWhenItIsWhole) {
  const std::string input = sample("dns-lookups.pcap");
  EXPECT_EQ(run("wiretale -o report.txt " + input).exit, 0);
  EXPECT_EQ(slurp(folder / "report.txt"), run("wiretale " + input).out);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  EXPECT_EQ(names.size(), 3U);  // out, err, report.txt
  // A capture is never written over.
  fs::copy_file(input, folder / "in.pcap");
  EXPECT_EQ(run("wiretale -o in.pcap in.pcap").exit, 2);
  EXPECT_EQ(slurp(folder / "in.pcap"), slurp(input));
  EXPECT_EQ(run("wiretale --format json -o /dev/stdout in.pcap").out.substr(0, 12), "{\"wiretale\":");
}

TEST_F(Cli, StandardInputIsAnInput) {
  const std::string input = sample("dns-lookups.pcap");
  const Ran piped = run("wiretale --format ndjson - < " + input);
  EXPECT_EQ(piped.exit, 0);
  const std::string named = run("wiretale --format ndjson " + input).out;
  EXPECT_EQ(piped.out.substr(piped.out.find('\n')), named.substr(named.find('\n')));
}

TEST_F(Cli, PackedCapturesAreUnpacked) {
  const std::string input = sample("dns-lookups.pcap");
  const std::string plain = run("wiretale --format ndjson - < " + input).out;
  EXPECT_EQ(run("gzip -c " + input + " | wiretale --format ndjson -").out, plain);
}

TEST_F(Cli, DamageIsPassedOverAndTold) {
  const Ran ran = run("{ head -c 3000 " + sample("dns-lookups.pcap") + "; echo damaged here; tail -c +3001 " +
                      sample("dns-lookups.pcap") + "; } > x.pcap; wiretale x.pcap");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.out.find("passed over, octets "), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("warning: x.pcap: passed over"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.out.find("could be read up to"), std::string::npos) << ran.out;
}

TEST_F(Cli, FoldersAreReadAsTheirFilesAre) {
  const Ran ran = run("mkdir -p day/sub; cp " + sample("dns-lookups.pcap") + " day/sub/b.pcap; cp " +
                      sample("web-page.pcap") + " day/a.pcap; echo text > day/notes.txt; wiretale --format ndjson day");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.err.find("day/notes.txt is left out: not a capture file"), std::string::npos) << ran.err;
  const std::string named = run("wiretale --format ndjson day/a.pcap day/sub/b.pcap").out;
  EXPECT_EQ(ran.out, named);
  for (const char* workers : {"1", "3"})
    EXPECT_EQ(run("wiretale --format ndjson -j " + std::string(workers) + " day").out, named);
  // The text says it, too.
  const std::regex place("frames [0-9]+–[0-9]+ in day/sub/b\\.pcap");
  EXPECT_TRUE(std::regex_search(run("wiretale day").out, place));
  EXPECT_EQ(run("mkdir empty; wiretale empty").exit, 2);
}

/// Shell: waits until a word is in the file `live`; says it on standard error where it never is.
constexpr std::string_view until_shown =
    "rm -f live; shown() { for i in {1..1200}; do grep -qs $1 live && return; sleep 0.05; done; echo $1 >&2; }; ";

TEST_F(Cli, APipeIsToldAsItComes) {
  const std::string input = sample("dns-lookups.pcap");
  const std::string whole = run("wiretale -q --format ndjson - < " + input).out;
  for (const char* workers : {"1", "3"}) {
    const std::string read = WIRETALE_BINARY " -q --format ndjson -j " + std::string(workers);
    // Cut within a record; what is complete is shown before the rest comes.
    const std::string feed = "{ head -c 3000 " + input + "; shown dns; tail -c +3001 " + input + "; }";
    const Ran piped = run(std::string(until_shown) + feed + " | " + read + " - > live");
    EXPECT_EQ(piped.exit, 0);
    EXPECT_EQ(piped.err, "");
    EXPECT_EQ(slurp(folder / "live"), whole);
    const Ran named = run("rm -f pipe; mkfifo pipe; " + std::string(until_shown) + read + " pipe > live & " + feed +
                          " > pipe; wait $!");
    EXPECT_EQ(named.exit, 0);
    EXPECT_EQ(named.err, "");
    const std::string live = slurp(folder / "live");
    EXPECT_EQ(live.substr(live.find('\n')), whole.substr(whole.find('\n')));
  }
}

TEST_F(Cli, AFileThatGrowsIsFollowed) {
  const std::string input = sample("dns-lookups.pcap"), other = sample("web-page.pcap");
  for (const char* workers : {"1", "3"}) {
    const std::string follow = std::string(until_shown) + "head -c 3000 " + input +
                               " > x.pcap; " WIRETALE_BINARY " --follow -q --format ndjson -j " + std::string(workers) +
                               " x.pcap > live & shown dns; ";
    // What is complete is shown while the file is open; in the end it is the same as of the whole file.
    const Ran grown = run(follow + "tail -c +3001 " + input + " >> x.pcap; sleep 0.2; rm x.pcap; wait $!");
    EXPECT_EQ(grown.exit, 0) << grown.err;
    EXPECT_EQ(grown.err, "");
    EXPECT_EQ(slurp(folder / "live"), run("cp " + input + " x.pcap; wiretale --format ndjson x.pcap").out);
    // Another file takes its name; the old one is read to its end before. Then somebody has seen enough.
    const Ran rotated = run(follow + "tail -c +3001 " + input + " >> x.pcap; mv x.pcap x.1; cp " + other +
                            " x.pcap; shown http; kill -TERM $!; wait $!");
    EXPECT_EQ(rotated.exit, 0) << rotated.err;
    EXPECT_EQ(rotated.err, "");
    const std::string live = slurp(folder / "live");
    EXPECT_NE(live.find("\"type\":\"summary\""), std::string::npos);
    EXPECT_NE(live.find("\"in_files\":[{\"file\":\"x.pcap\",\"frames\":["), std::string::npos);
  }
  const std::string whole = run("cp " + input + " x.pcap; wiretale --format ndjson x.pcap").out;
  EXPECT_EQ(run("wiretale -q --follow-idle 0.2 --format ndjson x.pcap").out, whole);
}

TEST_F(Cli, AnyNumberOfWorkersSaysTheSame) {
  for (const char* format : {"text", "json", "ndjson"}) {
    const std::string command = "wiretale --format " + std::string(format) + " " + sample("mail-journey.pcap") + " -j ";
    const std::string one = run(command + "1").out;
    EXPECT_FALSE(one.empty());
    EXPECT_EQ(run(command + "2").out, one);
    EXPECT_EQ(run(command + "5").out, one);
  }
}

TEST_F(Cli, ColoursOnlyWhereAskedFor) {
  const std::string input = sample("dns-lookups.pcap");
  EXPECT_EQ(run("wiretale " + input).out.find('\x1b'), std::string::npos);
  EXPECT_NE(run("wiretale --color always " + input).out.find('\x1b'), std::string::npos);
}

TEST_F(Cli, TellsProtocolsAndSchema) {
  EXPECT_NE(run("wiretale protocols").out.find("dns  "), std::string::npos);
  EXPECT_NE(run("wiretale schema").out.find("\"$defs\""), std::string::npos);
  EXPECT_NE(run("wiretale schema dns").out.find("\"const\": \"dns\""), std::string::npos);
}

}  // namespace
}  // namespace wiretale

#endif
