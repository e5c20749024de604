import { equal } from "node:assert/strict";
import { bodyText } from "../../tests/support/body_text.ts";
import { prepareBody } from "./prepared_answer.ts";

Deno.test("parts stand where their marks stood, as often as those did", () => {
  const body = prepareBody("<p>ONE</p>TWO<b>ONE</b>é", ["ONE", "TWO"]);
  equal(bodyText(body, ["1", "second"]), "<p>1</p>second<b>1</b>é");
});

Deno.test("a body may begin and end with a part, have none, or be empty", () => {
  equal(bodyText(prepareBody("ONEONE", ["ONE"]), ["a"]), "aa");
  equal(bodyText(prepareBody("plain", ["ONE"]), ["a"]), "plain");
  equal(bodyText(prepareBody("", ["ONE"]), ["a"]), "");
});

Deno.test("what stands in a part is no mark", () => {
  equal(bodyText(prepareBody("ONE TWO", ["ONE", "TWO"]), ["TWO", "x"]), "TWO x");
});
