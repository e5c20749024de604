import { AegisError } from "../../core/errors.ts";
import { HeaderList } from "../../core/header_list.ts";
import { AgentBook } from "../../shield/bots/agent_book.ts";
import { headerFingerprint } from "../../shield/bots/header_fingerprint.ts";
import { KNOWN_AGENTS } from "../../shield/bots/known_agents.ts";
import { BOT_LINE, botMarks, botPoints, botReasons } from "../../shield/bots/score.ts";
import { aiAgents } from "../../gateway/published_bots.ts";
import type { Bodies } from "../body.ts";

export const botsBodies: Bodies<"bots.explain"> = {
  "bots.explain": {
    read: ({ control }, { headers: lines, protocol, tls }) => {
      const headers = headersOf(lines);
      const agents = new AgentBook(
        KNOWN_AGENTS,
        control.settings().bots.agents,
        aiAgents(control.botLists.aiNames()),
      );
      const agent = agents.find(headers.get("user-agent"));
      const facts = {
        isHttp1: protocol === "HTTP/1.1",
        isTls: tls,
        isUpgrade: headers.has("upgrade"),
        isDirect: true,
      };
      const marks = botMarks({ headers, ...facts }, agent);
      const score = botPoints(marks);
      return {
        score,
        line: BOT_LINE,
        looks_automated: score >= BOT_LINE,
        reasons: botReasons(marks).map(({ points, text }) => ({ points, text })),
        agent: agent.kind === null ? null : { kind: agent.kind, text: agent.name },
        fingerprint: headerFingerprint(headers, true),
      };
    },
  },
};

function headersOf(lines: readonly string[]): HeaderList {
  const headers = new HeaderList();
  for (const [i, line] of lines.entries()) {
    const found = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (found === null) {
      const message = `"${line.slice(0, 60)}" is no field of a head`;
      const remedy = "write a name, a colon and a value, as Accept: text/html";
      throw new AegisError("invalid_input", message, {
        fields: [{ field: `headers.${i}`, message, remedy }],
      });
    }
    headers.append(found[1]!.toLowerCase(), found[2]!);
  }
  return headers;
}
