import assert from "node:assert/strict";
import { fakeExchange } from "../../../tests/support/fake_exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { PreparedAnswer } from "../../core/prepared_answer.ts";
import { bodyText } from "../../../tests/support/body_text.ts";
import { COMMON_LOOK } from "./error_look.ts";
import { RefusalAnswers, type RefusalKind } from "./refusal_answers.ts";

const KIND: RefusalKind = {
  reason: "ban",
  status: 403,
  isPage: true,
  look: COMMON_LOOK,
  serverHeader: "aegis",
  hsts: "",
};

function text(answer: PreparedAnswer, id: string): string {
  return bodyText(answer.body, [id]);
}

Deno.test("a person reads a page, a program the public text and the id as JSON", () => {
  const exchange = fakeExchange();
  const page = new RefusalAnswers().get(exchange, KIND);
  assert.ok(text(page, exchange.id).includes(exchange.id));
  assert.ok(page.headers.has("content-security-policy"));
  const json = new RefusalAnswers().get(exchange, { ...KIND, isPage: false });
  assert.deepEqual(JSON.parse(text(json, exchange.id)), { error: "access denied", request_id: exchange.id });
  assert.equal(json.headers.get("content-type"), "application/json");
  assert.equal(json.headers.get("content-security-policy"), undefined);
});

Deno.test("within a second an answer is made once, for another kind or host anew", () => {
  const answers = new RefusalAnswers();
  const first = answers.get(fakeExchange({ authority: "a.test" }), KIND);
  assert.equal(answers.get(fakeExchange({ authority: "a.test" }), KIND), first);
  assert.notEqual(answers.get(fakeExchange({ authority: "b.test" }), KIND), first);
  const others: Partial<RefusalKind>[] = [
    { reason: "waf" },
    { status: 404 },
    { isPage: false },
    { look: { ...COMMON_LOOK } },
    { serverHeader: "" },
    { hsts: "max-age=1" },
  ];
  for (const other of others) {
    assert.notEqual(answers.get(fakeExchange({ authority: "a.test" }), { ...KIND, ...other }), first);
  }
});

Deno.test("everybody reads their own language, whoever was refused right before", () => {
  const answers = new RefusalAnswers();
  const asked = ["de-DE,de;q=0.9", "fr", "de-DE,de;q=0.9", "fr", "fr"];
  const langs = asked.map((languages) => {
    const exchange = fakeExchange({ headers: [["accept-language", languages]] });
    return /<html lang="(\w+)"/.exec(text(answers.get(exchange, KIND), exchange.id))?.[1];
  });
  assert.deepEqual(langs, ["de", "fr", "de", "fr", "fr"]);
});

Deno.test("invented host names do not fill the memory", () => {
  const answers = new RefusalAnswers();
  const first = answers.get(fakeExchange({ authority: "a.test" }), KIND);
  for (let i = 0; i < 100; i++) answers.get(fakeExchange({ authority: `h${i}.test` }), KIND);
  assert.notEqual(answers.get(fakeExchange({ authority: "a.test" }), KIND), first);
});

Deno.test("a page for somebody without a language and the JSON of a program are never mistaken for each other", () => {
  const answers = new RefusalAnswers();
  const headers = [["accept-language", ""]] as const;
  const json = answers.get(fakeExchange({ headers }), { ...KIND, isPage: false });
  assert.notEqual(answers.get(fakeExchange({ headers }), KIND), json);
});

Deno.test("fields of one refusal stand in its answer, and in no other's", () => {
  const answers = new RefusalAnswers();
  const plain = answers.get(fakeExchange(), { ...KIND, reason: "rate", status: 429 });
  const wait = (seconds: string) => answers.withFields(plain, HeaderList.from([["retry-after", seconds]]));
  const first = wait("1");
  assert.equal(wait("1"), first);
  assert.equal(first.headers.get("content-type"), plain.headers.get("content-type"));
  assert.equal(wait("2").headers.get("retry-after"), "2");
  assert.equal(first.headers.get("retry-after"), "1");
  assert.equal(plain.headers.get("retry-after"), undefined);
  const other = answers.get(fakeExchange(), { ...KIND, reason: "waf" });
  assert.notEqual(answers.withFields(other, HeaderList.from([["retry-after", "2"]])), wait("2"));
});
