import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { linearProblem } from "../../src/waf/regex/pattern.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";
import type { ExampleRequest } from "../../src/waf/rule_files/rule_schema.ts";
import { runRuleTests } from "../../src/waf/rule_files/rule_tests.ts";
import { enforcingPolicy, refusedBy } from "./policy.ts";

const loaded = loadRuleFiles(BUILTIN_RULE_FILES);
const rules = loaded.map((each) => each.rule);

/** The attack classes that the built-in rules cover at least, with the family that does. */
const FAMILIES = {
  "SQL injection, core": "sql-injection",
  "SQL injection, extended": "sql-injection-extended",
  "SQL injection, comments and encodings": "sql-injection-bypass",
  "XSS, core": "xss",
  "XSS, event handlers": "xss-events",
  "XSS, embedded documents": "xss-embed",
  "server-side template injection": "server-side-template-injection",
  "SSRF, core": "ssrf",
  "SSRF, extended": "ssrf-extended",
  "command injection": "command-injection",
  "command injection, PowerShell": "command-injection-powershell",
  "path traversal and null bytes": "path-traversal",
  "LDAP injection": "ldap-injection",
  "XPath injection": "xpath-injection",
  "CRLF and response splitting": "response-splitting",
  "Log4Shell": "log4shell",
  "Spring4Shell": "spring4shell",
  "deserialisation": "deserialisation",
  "scanner user agents": "scanner-user-agents",
  "sensitive files": "sensitive-files",
  "session fixation": "session-fixation",
  "file inclusion and wrappers": "file-inclusion",
  "XXE": "xxe",
  "NoSQL injection": "nosql-injection",
  "prototype pollution": "prototype-pollution",
  "HTTP parameter pollution": "parameter-pollution",
  "GraphQL": "graphql",
  "open redirect": "open-redirect",
  "file upload": "file-upload",
  "JWT": "jwt",
  "request smuggling and protocol abuse": "protocol-abuse",
  "Shellshock": "shellshock",
  "SSI and ESI": "server-side-includes",
} as const;

/** What honest traffic also contains (and what looks like it): nothing of it may be refused at paranoia 1. */
const HONEST: Readonly<Record<string, ExampleRequest>> = {
  "a token in a link": { query: "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" },
  "a session name in a URL": { query: "PHPSESSID=74b0cb414bd77d17b5680a6386ef1666" },
  "a repeated parameter": { query: "id=1&id=2&id=3" },
  "an absolute URL to come back to": { args: { next: "https://example.com/account?tab=2" } },
  "GraphQL introspection": { json: { query: "query IntrospectionQuery{__schema{types{name}}}" } },
  "template marks in text": { form: { text: "Use <% or {% to open a block, {{ user.name }} for a name." } },
  "an HTTP library": { user_agent: "python-requests/2.31.0" },
  "a git client": { path: "/team/name.git/info/refs", query: "service=git-upload-pack" },
  "a DAV client": { method: "PROPFIND", headers: { Depth: "1" } },
  "plain text": { body: "Dear all,\n\nLocation: Berlin\nFrom: O'Brien & sons\n", content_type: "text/plain" },
  "rich text": {
    form: {
      content:
        '<h2>Hello</h2><p style="color:red">See <a href="https://example.com/?a=1&b=2" target="_blank">here</a>.</p>',
    },
  },
  "a password with everything in it": { form: { password: "P@ss'w\"ord<9>&%99;--" } },
  "a name with an apostrophe": { form: { name: "Siobhán O'Brien", company: 'Müller & Söhne "GmbH"' } },
  "shop": { path: "/shop/bash-guide", args: { q: "sh; cat; ears" } },
  "SQL in English": { args: { q: "please select one from the list and order by name" } },
  "a serialised array": { form: { data: 'a:1:{s:3:"foo";i:1;}' } },
};

/** Rules that start later than paranoia 1, with a request that each finds. */
const LATER: readonly string[] = ["redir-102", "sess-101", "sess-102", "hpp-102", "gql-100", "ssti-190"];

Deno.test("every rule's own tests hold in the engine that serves requests", () => {
  assert.deepEqual(runRuleTests(loaded), []);
});

Deno.test("every attack class has its family", () => {
  const present = new Set(rules.map((rule) => rule.family));
  const missing = Object.entries(FAMILIES).filter(([, family]) => !present.has(family)).map(([name]) => name);
  assert.deepEqual(missing, []);
});

Deno.test("every file of rules/ is embedded, in alphabetical order", () => {
  const folder = fileURLToPath(new URL("../../rules", import.meta.url));
  const files = [...Deno.readDirSync(folder)].map((each) => each.name).filter((name) =>
    name.endsWith(".yaml")
  );
  assert.deepEqual(BUILTIN_RULE_FILES.map((each) => each.name), files.sort());
});

Deno.test("ids are unique, and the ids of a family begin alike", () => {
  assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
  const prefixes = new Map<string, string>();
  for (const rule of rules) {
    const prefix = rule.id.split("-")[0]!;
    assert.match(rule.id, /^[a-z0-9]+-\d{3}$/);
    assert.equal(prefixes.get(rule.family) ?? prefix, prefix, rule.id);
    prefixes.set(rule.family, prefix);
  }
  assert.equal(new Set(prefixes.values()).size, prefixes.size, "two families share a prefix");
});

Deno.test("every regex runs in linear time", () => {
  const problems = rules.flatMap((rule) => {
    const problem = "regex" in rule.match ? linearProblem(rule.match.regex) : null;
    return problem === null ? [] : [`${rule.id}: ${problem}`];
  });
  assert.deepEqual(problems, []);
});

Deno.test("what honest traffic also contains passes at paranoia 1", async (t) => {
  const policy = enforcingPolicy();
  for (const [name, example] of Object.entries(HONEST)) {
    await t.step(name, () => assert.deepEqual(refusedBy(policy, example), []));
  }
});

Deno.test("what honest traffic also contains starts at paranoia 3", () => {
  const later = rules.filter((rule) => LATER.includes(rule.id));
  assert.deepEqual(later.map((rule) => rule.id).sort(), [...LATER].sort());
  for (const rule of later) assert.ok(rule.paranoia >= 3, rule.id);
});

Deno.test("a rule that refuses at once says whom it protects against what", () => {
  for (const rule of rules) {
    assert.ok(rule.why.length >= 20, `${rule.id}: "${rule.why}" is no reason`);
    assert.ok(rule.tags.some((tag) => tag.startsWith("attack-")), `${rule.id} has no attack tag`);
  }
});
