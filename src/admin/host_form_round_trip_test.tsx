/** A tab that is saved as it was shown changes nothing, whatever the host holds. */
import assert from "node:assert/strict";
import { EMPTY_FORM, type HostView } from "../../views/model.ts";
import { HOST_TABS } from "../../views/pages/hosts/editor.tsx";
import { HostTabFields } from "../../views/pages/hosts/tab_fields.tsx";
import { hosts } from "../../tests/support/admin_fixture_data.ts";
import { HostPatch } from "../config/host_schema.ts";
import { CORS_DEFAULTS } from "../core/cors.ts";
import { TARGET_DEFAULTS } from "../core/target.ts";
import { FormReader } from "./form_reader.ts";
import { hostPatch } from "./host_form.ts";

const WIKI = hosts().find(({ id }) => id === "h-wiki")!;
/** Texts that no header holds are tried elsewhere. */
const HOST: HostView = {
  ...WIKI,
  paths: WIKI.paths.map((path) => ({
    ...path,
    rate_limit: { requests_per_second: 7, burst: 9, per: "host" as const },
    ...(path.request_headers === undefined ? {} : {
      request_headers: { set: { "x-area": 'a: "b" <c>' }, add: { link: "<d>; rel=e" }, remove: ["cookie"] },
    }),
  })),
  cors: { ...CORS_DEFAULTS, origins: ["https://app.test", "https://*.b.test"], credentials: true },
  response_filter: {
    ...WIKI.response_filter,
    content_security_policy: "default-src 'self' \"x\"",
    remove: ["x-backend", "x-generator"],
    same_site: true,
    same_site_exempt: ["idp"],
  },
  bots: {
    action: "block",
    block_known: true,
    block_ai: false,
    block_ai_assistants: true,
    robots: {
      enabled: true,
      search: true,
      ai_input: null,
      ai_train: false,
      disallow: ["/admin/", "/*.pdf$"],
      allow: [],
      disallow_ai: true,
      sitemaps: ["https://a.test/sitemap.xml?a=1&b=2"],
      custom: ["# <ours>", "User-agent: a"],
    },
  },
  error_pages: {
    ...WIKI.error_pages,
    pages: { generic: { html: "<h1>{{HOST}}</h1>\n<p>x", css: "h1{}", javascript: "1 && 2" } },
    brand: 'The "Shop" & <Co>',
  },
};

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function text(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!);
}

/** What a browser would send of a form, nobody having touched it. */
function sentOf(html: string): Record<string, string> {
  const sent: Record<string, string> = {};
  const attribute = (tag: string, name: string) => {
    const found = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s/>])`).exec(tag);
    return found === null ? undefined : text(found[1] ?? "");
  };
  for (const [tag, kind] of html.matchAll(/<(input|textarea|select)\b[^>]*>/g)) {
    const name = attribute(tag, "name");
    if (name === undefined) continue;
    const rest = html.slice(html.indexOf(tag) + tag.length);
    if (kind === "textarea") {
      sent[name] = text(rest.slice(0, rest.indexOf("</textarea>"))).replace(/^\n/, "").replaceAll(
        "\n",
        "\r\n",
      );
    } else if (kind === "select") {
      const options = [...rest.slice(0, rest.indexOf("</select>")).matchAll(/<option\b[^>]*>/g)].map((
        [each],
      ) => each);
      const chosen = options.find((each) => attribute(each, "selected") !== undefined) ?? options[0]!;
      sent[name] = attribute(chosen, "value") ?? "";
    } else {
      const type = attribute(tag, "type");
      const isOff = (type === "checkbox" || type === "radio") && attribute(tag, "checked") === undefined;
      if (!isOff) sent[name] = attribute(tag, "value") ?? "";
    }
  }
  return sent;
}

for (
  const tab of [
    "general",
    "tls",
    "access",
    "bots",
    "paths",
    "transforms",
    "rate-rules",
    "headers",
    "cors",
    "error-pages",
    "timeouts",
  ] as const
) {
  Deno.test(`the tab ${tab} saves what it shows`, () => {
    assert.ok(Object.hasOwn(HOST_TABS, tab));
    const defaults = { paranoia: 1, threshold: 5, target: TARGET_DEFAULTS };
    const props = { host: HOST, form: EMPTY_FORM, certificates: [], defaults, add: null };
    const html = String(<HostTabFields {...props} tab={tab} />);
    const patch = HostPatch.parse(hostPatch(tab, new FormReader(sentOf(html))));
    assert.ok(Object.keys(patch).length > 0);
    for (const [key, value] of Object.entries(patch)) {
      const stored = HOST[key as keyof HostView];
      assert.deepEqual(plain(value), plain(stored), key);
    }
  });
}

/** Without the ids of targets, and as JSON has it: what is undefined is not there. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => key === "id" ? undefined : each));
}
