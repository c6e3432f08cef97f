// Header sections, line by line.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/field_values.hpp"
#include "common/header_fields.hpp"
#include "scribe.hpp"

namespace wiretale {
namespace {

/// Feeds a text to a header section as an Input does; each line is a frame.
class Section {
 public:
  explicit Section(HeaderSyntax syntax = HeaderSyntax::hypertext) : fields(syntax) {}

  /// False where the section has ended.
  bool read(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      Line line;
      line.text = text.substr(0, end);
      line.ending = end == std::string_view::npos ? Line::Ending::none : Line::Ending::lf;
      if (line.ending == Line::Ending::lf && line.text.ends_with('\r')) {
        line.text.remove_suffix(1);
        line.ending = Line::Ending::crlf;
      }
      line.cut = line.ending == Line::Ending::none;
      ++frame;
      line.where.frames = {frame, frame};
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (!fields.add(line, session, anomalies)) return false;
    }
    return true;
  }
  /// All fields as `name=value`.
  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> all;
    for (const HeaderField field : fields) all.push_back(std::string(field.name) + "=" + std::string(field.value));
    return all;
  }
  [[nodiscard]] std::vector<std::string> faults() const {
    std::vector<std::string> names;
    for (const Anomaly& anomaly : anomalies) names.emplace_back(anomaly.name);
    return names;
  }

  HeaderFields fields;
  testing::FakeSession session;
  std::vector<Anomaly> anomalies;
  Frame frame = 0;
};

using Texts = std::vector<std::string>;

TEST(HeaderFields, KeepsOrderAndDuplicates) {
  Section section;
  EXPECT_FALSE(section.read("B: 1\r\nA:2\r\nb:\t3 \r\nEmpty:\r\n\r\n"));
  EXPECT_EQ(section.all(), (Texts{"B=1", "A=2", "b=3", "Empty="}));
  EXPECT_EQ(section.fields.find("b"), "1");
  EXPECT_EQ(section.fields.count("B"), 2U);
  EXPECT_EQ(section.fields.find("c"), std::nullopt);
  EXPECT_EQ(section.fields.octets(), 28U);
  EXPECT_TRUE(section.fields.ended());
  EXPECT_TRUE(section.anomalies.empty());
}

TEST(HeaderFields, UnfoldsWithOneSpaceInHttp) {
  Section section;
  EXPECT_FALSE(section.read("A: one \r\n\t  two\r\n \r\nB:\r\n 3\r\n\r\n"));
  EXPECT_EQ(section.all(), (Texts{"A=one two", "B=3"}));
  EXPECT_EQ(section.faults(), Texts{"obs_fold"});
}

TEST(HeaderFields, KeepsTheWhiteSpaceOfFoldsInMime) {
  Section section(HeaderSyntax::mime);
  EXPECT_FALSE(section.read("Subject: one\n\t two\nFrom : me\nFrom you Mon Jan  1 00:00:00\n\n"));
  EXPECT_EQ(section.all(), (Texts{"Subject=one\t two", "From=me", "=From you Mon Jan  1 00:00:00"}));
  EXPECT_EQ(section.faults(), Texts{"field_without_colon"});
}

TEST(HeaderFields, SaysWhatIsWrong) {
  Section section;
  EXPECT_FALSE(section.read(" x: 1\r\na : 2\r\nnothing\r\n: 3\r\nb\tc: 4\r\nd: 5\n\r\n"));
  EXPECT_EQ(section.all(), (Texts{"x=1", "a=2", "=nothing", "=3", "b\tc=4", "d=5"}));
  EXPECT_EQ(section.faults(), (Texts{"leading_white_space", "space_before_colon", "field_without_colon",
                                     "invalid_field_name", "bare_lf"}));
  EXPECT_EQ(section.anomalies.back().frame, 6U);
}

TEST(HeaderFields, ReportsWhatWasReadBeforeACut) {
  Section section;
  EXPECT_TRUE(section.read("A: 1\r\nB: unfinis"));
  EXPECT_EQ(section.all(), (Texts{"A=1", "B=unfinis"}));
  EXPECT_EQ(section.faults(), Texts{"line_cut"});
  EXPECT_EQ(section.anomalies[0].kind, AnomalyKind::cut_off);
}

TEST(HeaderFields, PassesOverTheRestOfAnOverlongLine) {
  Section section;
  section.session.own_limits.line_bytes = 8;
  EXPECT_TRUE(section.read("A: 45678"));  // as Input cuts it
  EXPECT_TRUE(section.read("\r\n"));      // its rest, no end of the section
  EXPECT_FALSE(section.read("B: 2\r\n\r\n"));
  EXPECT_EQ(section.all(), (Texts{"A=45678", "B=2"}));
  EXPECT_EQ(section.anomalies[0].kind, AnomalyKind::limit);
  EXPECT_EQ(section.session.reached, Texts{"line_bytes"});
}

TEST(HeaderFields, StopsAtItsCaps) {
  Section section;
  section.session.own_limits.header_fields = 2;
  EXPECT_FALSE(section.read("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"));
  EXPECT_EQ(section.all(), (Texts{"A=1", "B=2"}));
  EXPECT_FALSE(section.fields.whole());
  EXPECT_EQ(section.faults(), Texts{"header_fields"});
  EXPECT_EQ(section.session.reached, Texts{"header_fields"});

  Section longer;
  longer.session.own_limits.header_bytes = 10;
  EXPECT_FALSE(longer.read("A: 1\r\nB: 234567890\r\n\r\n"));
  EXPECT_EQ(longer.all(), Texts{"A=1"});
  EXPECT_EQ(longer.faults(), Texts{"header_bytes"});
}

TEST(HeaderFields, MovesWithItsText) {
  Section section;
  section.read("A: 1\r\n");
  const HeaderFields moved = std::move(section.fields);
  EXPECT_EQ(moved[0].name, "A");
  EXPECT_EQ(moved[0].value, "1");
}

TEST(FieldValues, ListsRespectQuotedStrings) {
  std::string_view list = " a, ,\"b,\\\"c\" ,d";
  Texts elements;
  while (const auto element = next_element(list)) elements.emplace_back(*element);
  EXPECT_EQ(elements, (Texts{"a", "\"b,\\\"c\"", "d"}));
}

TEST(FieldValues, FindsParameters) {
  EXPECT_EQ(main_value("text/html; charset=utf-8"), "text/html");
  EXPECT_EQ(parameter("text/html; Charset = utf-8", "charset"), "utf-8");
  EXPECT_EQ(parameter("x; name=\"a;b\\\"c\"; name=d", "name"), "a;b\"c");
  EXPECT_EQ(parameter("x; name=\"open", "name"), "open");
  EXPECT_EQ(parameter("realm=\"r\", username=\"bob\"", "username", ','), "bob");
  EXPECT_EQ(parameter("name", "name"), std::nullopt);
  EXPECT_EQ(extended_parameter("attachment; filename=e.txt; filename*=UTF-8''%e2%82%ac.txt", "filename"), "\u20ac.txt");
  EXPECT_EQ(extended_parameter("attachment; filename=e.txt", "filename"), "e.txt");
  EXPECT_EQ(percent_decode("a%20b%2"), "a b%2");
}

}  // namespace
}  // namespace wiretale
