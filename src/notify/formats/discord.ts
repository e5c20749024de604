import { type Message, subjectOf, textOf } from "../message.ts";

const LONGEST_TITLE = 256;
const LONGEST_DESCRIPTION = 4_000;

/** Discord's webhooks: https://discord.com/developers/docs/resources/webhook#execute-webhook. */
export function discordBody(message: Message): unknown {
  return {
    embeds: [{
      title: subjectOf(message).slice(0, LONGEST_TITLE),
      description: escaped(textOf(message)).slice(0, LONGEST_DESCRIPTION),
      timestamp: new Date(message.notices[0]!.at).toISOString(),
    }],
    // [SECURITY] What a client sent must not call everybody.
    allowed_mentions: { parse: [] },
  };
}

/** Signs of its Markdown are shown as they are. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|>[\]]/g, (sign) => `\\${sign}`);
}
