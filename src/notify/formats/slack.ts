import { type Message, subjectOf, textOf } from "../message.ts";

const LONGEST_SECTION = 2_900;

/** Slack's incoming webhooks: https://api.slack.com/messaging/webhooks. */
export function slackBody(message: Message): unknown {
  const subject = subjectOf(message);
  return {
    text: escaped(subject),
    blocks: [
      { type: "header", text: { type: "plain_text", text: subject.slice(0, 150), emoji: false } },
      { type: "section", text: { type: "mrkdwn", text: escaped(textOf(message)).slice(0, LONGEST_SECTION) } },
    ],
  };
}

/** [SECURITY] `<!channel>` and links are written with these signs; a notice can hold what a client sent. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
