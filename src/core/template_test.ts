import assert from "node:assert/strict";
import { fillTemplate, isTemplateFault, parseTemplate, type TemplateRules } from "./template.ts";

const VALUES = {
  "request.path": "/a",
  "request.host": "a.test",
  "request.ip": "192.0.2.1",
  "request.method": "GET",
  "request.id": "01J",
  "upstream.host": "10.0.0.1:80",
};

function filled(text: string, rules: TemplateRules = {}, groups: string[] = []): string {
  const parts = parseTemplate(text, rules);
  assert.ok(!isTemplateFault(parts), `${text} was refused`);
  return fillTemplate(parts, (name) => VALUES[name], groups);
}

for (
  const [text, value] of [
    ["plain", "plain"],
    ["", ""],
    ["${request.ip}", "192.0.2.1"],
    ["${request.host}${request.path} by ${upstream.host}", "a.test/a by 10.0.0.1:80"],
    ["$$ and $${request.ip}", "$ and ${request.ip}"],
    ["costs 5$, $1 and $", "costs 5$, $1 and $"],
  ] as const
) {
  Deno.test(`the template "${text}" gives "${value}"`, () => assert.equal(filled(text), value));
}

Deno.test("groups are filled in where there is a pattern, and one that did not match is empty", () => {
  assert.equal(filled("$2-$1-$$1", { groups: 2 }, ["whole", "a", "b"]), "b-a-$1");
  assert.equal(filled("[$2]", { groups: 2 }, ["whole", "a"]), "[]");
});

Deno.test("values are filled in once: what a client sends is no template", () => {
  const parts = parseTemplate("${request.path}");
  assert.ok(!isTemplateFault(parts));
  assert.equal(fillTemplate(parts, () => "${request.id}$1"), "${request.id}$1");
});

for (
  const [text, rules, message, remedy] of [
    ["${request.pth}", {}, /unknown variable/, /request\.path/],
    ["${nothing}", {}, /unknown variable/, /one of/],
    ["${", {}, /not closed/, /\}/],
    ["${request.ip", {}, /not closed/, /\}/],
    ["${token.sub}", {}, /needs a sign-in/, /leave it out/],
    ["${token.claim.email}", {}, /needs a sign-in/, /leave it out/],
    ["${upstream.host}", { upstream: false }, /chosen later/, /headers/],
    ["$3", { groups: 2 }, /no group for \$3/, /\$1 to \$2/],
  ] as const
) {
  Deno.test(`the template "${text}" is refused with what to write`, () => {
    const fault = parseTemplate(text, rules);
    assert.ok(isTemplateFault(fault));
    assert.match(fault.message, message);
    assert.match(fault.remedy, remedy);
  });
}
