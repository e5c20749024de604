import codeInjection from "../../../rules/code-injection.yaml" with { type: "text" };
import commandInjectionExtended from "../../../rules/command-injection-extended.yaml" with { type: "text" };
import commandInjectionPowershell from "../../../rules/command-injection-powershell.yaml" with {
  type: "text",
};
import commandInjection from "../../../rules/command-injection.yaml" with { type: "text" };
import dataLeaks from "../../../rules/data-leaks.yaml" with { type: "text" };
import deserialisation from "../../../rules/deserialisation.yaml" with { type: "text" };
import fileInclusion from "../../../rules/file-inclusion.yaml" with { type: "text" };
import fileUpload from "../../../rules/file-upload.yaml" with { type: "text" };
import graphql from "../../../rules/graphql.yaml" with { type: "text" };
import jwt from "../../../rules/jwt.yaml" with { type: "text" };
import knownExploits from "../../../rules/known-exploits.yaml" with { type: "text" };
import ldapInjection from "../../../rules/ldap-injection.yaml" with { type: "text" };
import log4shell from "../../../rules/log4shell.yaml" with { type: "text" };
import nosqlInjection from "../../../rules/nosql-injection.yaml" with { type: "text" };
import openRedirect from "../../../rules/open-redirect.yaml" with { type: "text" };
import parameterPollution from "../../../rules/parameter-pollution.yaml" with { type: "text" };
import pathTraversal from "../../../rules/path-traversal.yaml" with { type: "text" };
import protocolAbuse from "../../../rules/protocol-abuse.yaml" with { type: "text" };
import prototypePollution from "../../../rules/prototype-pollution.yaml" with { type: "text" };
import responseSplitting from "../../../rules/response-splitting.yaml" with { type: "text" };
import scannerUserAgents from "../../../rules/scanner-user-agents.yaml" with { type: "text" };
import sensitiveFiles from "../../../rules/sensitive-files.yaml" with { type: "text" };
import serverSideIncludes from "../../../rules/server-side-includes.yaml" with { type: "text" };
import serverSideTemplateInjection from "../../../rules/server-side-template-injection.yaml" with {
  type: "text",
};
import sessionFixation from "../../../rules/session-fixation.yaml" with { type: "text" };
import shellshock from "../../../rules/shellshock.yaml" with { type: "text" };
import spring4shell from "../../../rules/spring4shell.yaml" with { type: "text" };
import sqlInjectionBypass from "../../../rules/sql-injection-bypass.yaml" with { type: "text" };
import sqlInjectionExtended from "../../../rules/sql-injection-extended.yaml" with { type: "text" };
import sqlInjection from "../../../rules/sql-injection.yaml" with { type: "text" };
import ssrfExtended from "../../../rules/ssrf-extended.yaml" with { type: "text" };
import ssrf from "../../../rules/ssrf.yaml" with { type: "text" };
import xpathInjection from "../../../rules/xpath-injection.yaml" with { type: "text" };
import xssEmbed from "../../../rules/xss-embed.yaml" with { type: "text" };
import xssEvents from "../../../rules/xss-events.yaml" with { type: "text" };
import xss from "../../../rules/xss.yaml" with { type: "text" };
import xxe from "../../../rules/xxe.yaml" with { type: "text" };

/** A rule file as text, under the name that errors show. */
export interface RuleFileText {
  readonly name: string;
  readonly text: string;
}

/**
 * The built-in rules, embedded so that `deno run` and a compiled executable see the same bytes. One import and one
 * line per file of `rules/`, in alphabetical order.
 */
export const BUILTIN_RULE_FILES: readonly RuleFileText[] = Object.freeze([
  { name: "code-injection.yaml", text: codeInjection },
  { name: "command-injection-extended.yaml", text: commandInjectionExtended },
  { name: "command-injection-powershell.yaml", text: commandInjectionPowershell },
  { name: "command-injection.yaml", text: commandInjection },
  { name: "data-leaks.yaml", text: dataLeaks },
  { name: "deserialisation.yaml", text: deserialisation },
  { name: "file-inclusion.yaml", text: fileInclusion },
  { name: "file-upload.yaml", text: fileUpload },
  { name: "graphql.yaml", text: graphql },
  { name: "jwt.yaml", text: jwt },
  { name: "known-exploits.yaml", text: knownExploits },
  { name: "ldap-injection.yaml", text: ldapInjection },
  { name: "log4shell.yaml", text: log4shell },
  { name: "nosql-injection.yaml", text: nosqlInjection },
  { name: "open-redirect.yaml", text: openRedirect },
  { name: "parameter-pollution.yaml", text: parameterPollution },
  { name: "path-traversal.yaml", text: pathTraversal },
  { name: "protocol-abuse.yaml", text: protocolAbuse },
  { name: "prototype-pollution.yaml", text: prototypePollution },
  { name: "response-splitting.yaml", text: responseSplitting },
  { name: "scanner-user-agents.yaml", text: scannerUserAgents },
  { name: "sensitive-files.yaml", text: sensitiveFiles },
  { name: "server-side-includes.yaml", text: serverSideIncludes },
  { name: "server-side-template-injection.yaml", text: serverSideTemplateInjection },
  { name: "session-fixation.yaml", text: sessionFixation },
  { name: "shellshock.yaml", text: shellshock },
  { name: "spring4shell.yaml", text: spring4shell },
  { name: "sql-injection-bypass.yaml", text: sqlInjectionBypass },
  { name: "sql-injection-extended.yaml", text: sqlInjectionExtended },
  { name: "sql-injection.yaml", text: sqlInjection },
  { name: "ssrf-extended.yaml", text: ssrfExtended },
  { name: "ssrf.yaml", text: ssrf },
  { name: "xpath-injection.yaml", text: xpathInjection },
  { name: "xss-embed.yaml", text: xssEmbed },
  { name: "xss-events.yaml", text: xssEvents },
  { name: "xss.yaml", text: xss },
  { name: "xxe.yaml", text: xxe },
]);
