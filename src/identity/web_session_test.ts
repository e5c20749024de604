import { deepEqual, equal } from "node:assert/strict";
import {
  endedSessionCookie,
  isOwnOrigin,
  parseCookies,
  readSessionToken,
  sessionCookie,
} from "./web_session.ts";

Deno.test("the cookie on TLS is bound to the host and hidden from script", () => {
  equal(
    sessionCookie("abc", true),
    "__Host-aegis_session=abc; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict",
  );
  equal(sessionCookie("abc", false), "aegis_session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
  equal(
    endedSessionCookie(true),
    "__Host-aegis_session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
  );
});

Deno.test("the token is read from among other cookies", () => {
  equal(readSessionToken("a=1; __Host-aegis_session=tok-en_1; b=2", true), "tok-en_1");
  equal(readSessionToken("aegis_session=tok", false), "tok");
  equal(readSessionToken("a=1", true), null);
  equal(readSessionToken(null, true), null);
});

Deno.test("the name without prefix opens nothing on TLS, and a repeated cookie opens nothing at all", () => {
  equal(readSessionToken("aegis_session=tok", true), null);
  equal(readSessionToken("__Host-aegis_session=a; __Host-aegis_session=b", true), null);
});

Deno.test("a Cookie header gives its pairs in order and nothing for what is none", () => {
  deepEqual(parseCookies("a=1;b = x=y ; nothing; =v"), [["a", "1"], ["b", "x=y"]]);
  deepEqual(parseCookies("a=".padEnd(20_000, "x")), []);
});

Deno.test("a change is taken from our own origin only", () => {
  const own = "https://localhost:9443";
  const from = (origin: string | null, secFetchSite: string | null) =>
    isOwnOrigin({ origin, secFetchSite }, own);
  equal(from(own, "same-origin"), true);
  equal(from(own, null), true);
  equal(from("https://localhost:9444", null), false);
  equal(from("http://localhost:9443", null), false);
  equal(from("https://localhost:9443.evil.example", "cross-site"), false);
  equal(from("null", null), false);
  equal(from("", null), false);
  equal(from(null, "same-origin"), true);
  equal(from(null, "same-site"), false);
  equal(from(null, "none"), false);
  equal(from(null, null), true);
});
