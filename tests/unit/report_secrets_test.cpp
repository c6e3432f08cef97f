// Where secrets are found, and what is shown of them.
#include <wiretale/secrets.hpp>

#include <gtest/gtest.h>

namespace wiretale {
namespace {

std::string hidden(std::string_view uri) { return shown(redact_uri(uri), SecretPolicy()); }

TEST(Secrets, FingerprintsAreHmacSha256) {
  // The well-known vector: f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8.
  const SecretPolicy policy(Secrecy::fingerprint, "key");
  EXPECT_EQ(policy.shown("The quick brown fox jumps over the lazy dog"), "<hmac:f7bc83f4>");
  EXPECT_EQ(policy.shown(""), SecretPolicy(Secrecy::fingerprint, "key").shown(""));
  EXPECT_EQ(SecretPolicy().shown("x"), "<hidden>");
  EXPECT_EQ(SecretPolicy(Secrecy::show, {}).shown("x"), "x");
}

TEST(Secrets, OfUris) {
  EXPECT_EQ(hidden("http://h/x?a=1&b=2"), "http://h/x?a=1&b=2");
  EXPECT_EQ(hidden("http://bob:pw@h/x"), "http://bob:<hidden>@h/x");
  EXPECT_EQ(hidden("http://bob:p@w@h/"), "http://bob:<hidden>@h/");
  EXPECT_EQ(hidden("https://token@h"), "https://<hidden>@h");
  EXPECT_EQ(hidden("//a:b@c/d"), "//a:<hidden>@c/d");
  EXPECT_EQ(hidden("http://bob:@h/"), "http://bob:@h/");
  EXPECT_EQ(hidden("mailto:a@b"), "mailto:a@b");
  EXPECT_EQ(hidden("/x//a:b@c"), "/x//a:b@c");
  EXPECT_EQ(hidden("/r?u=http://a:b@c/"), "/r?u=http://a:<hidden>@c/");
  EXPECT_EQ(hidden("/r?token=http://a:b@c/&x=1"), "/r?token=<hidden>&x=1");
  EXPECT_EQ(hidden("/cb#access_token=abc"), "/cb#access_token=<hidden>");
}

TEST(Secrets, OfFormsRatherTooMuchThanTooLittle) {
  EXPECT_EQ(hidden("/?x=1;password=a;b&c=2"), "/?x=1;password=<hidden>&c=2");
  EXPECT_EQ(hidden("/?Pass%77ord=a"), "/?Pass%77ord=<hidden>");
  EXPECT_EQ(hidden("/?password="), "/?password=");
  EXPECT_EQ(hidden("/?a?password=x"), "/?a?password=<hidden>");
  std::vector<Redacted::Stretch> found;
  find_form_secrets("user=bob&pwd=x&client_secret=yz", 100, found);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].offset, 113U);
  EXPECT_EQ(found[1].length, 2U);
}

TEST(Secrets, StretchesOutsideTheTextAreHarmless) {
  Redacted text(std::string_view("abc"));
  text.secrets = {{1, 1}, {2, 50}, {90, 2}};
  EXPECT_EQ(shown(text, SecretPolicy()), "a<hidden><hidden><hidden>");
}

TEST(Secrets, NamesOfFields) {
  for (const std::string_view name : {"password", "PASSWD", "user_pass", "csrfToken", "client_secret", "pwd"})
    EXPECT_TRUE(secret_name(name)) << name;
  for (const std::string_view name : {"user", "pa", "q", ""}) EXPECT_FALSE(secret_name(name)) << name;
}

}  // namespace
}  // namespace wiretale
