#include "cli/cli.hpp"

namespace wiretale::cli {

std::string_view help_text() {
  return R"(wiretale reads packet captures and tells what was said, session by session.

usage: wiretale FILE... [OPTION...]    FILE: pcap or pcapng; a folder; -: stdin
       wiretale protocols | limits | schema    what it knows, bounds and tells

  --format text|json|ndjson  a report, one document, or a record a line
  --only dns; --session 17   only these protocols; only this session
  --explain, --tcp-detail    sentences for learners; a line a TCP segment
  --wide, --color WHEN       no 80 columns; colors auto, always or never
  --filter BPF               only packets that match, written as for tcpdump
  --map 2525/tcp=smtp        what is spoken on a port; may be given again
  --limit memory=100MB       sets a limit; may be given again
  --overlap POLICY           first, last, bsd, linux, windows: which copy counts
  --extract DIR, --hash      writes files to a folder; only their hashes, types
  --follow, --follow-idle S  read on as files grow, until ^C or S seconds idle
  --secrets HOW              hide (default), fingerprint or show passwords
  --secrets-key FILE         fingerprints that are the same in every run
  -o, --output FILE          instead of standard output; there when complete
  -j, --jobs N; -q, --quiet  workers; no progress and warnings on stderr

examples: wiretale --explain capture.pcap | less -R
          wiretale --format ndjson big.pcap | jq 'select(.type == "dns")'
exit: 0 done, also for a capture that is cut; 1 could not write, or a bug;
      2 an input can't be read, or wrong usage
)";
}

}  // namespace wiretale::cli
