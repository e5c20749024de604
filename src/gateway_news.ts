import type { AutoBlock } from "./control/bans/auto_block.ts";
import type { Control } from "./control/control.ts";
import { keepEvidence } from "./control/traffic/evidence.ts";
import type { GoodBotDesk } from "./control/shield/good_bot_desk.ts";
import { keepReport } from "./control/traffic/mistake_reports.ts";
import type { GatewayNews } from "./core/messages.ts";

/** Who is told what the gateways tell of their own accord. */
export interface NewsReaders {
  readonly control: Control;
  readonly autoBlock: AutoBlock;
  readonly goodBots: GoodBotDesk;
}

/** Hands on what `gateway` (its index) tells. */
export function takeNews(
  { control, autoBlock, goodBots }: NewsReaders,
  news: GatewayNews,
  gateway: number,
): void {
  switch (news.kind) {
    case "offences":
      return autoBlock.note(news.offences);
    case "ban-wishes":
      return control.banDesk.wish(news.wishes);
    case "ban-hits":
      return control.banHits.note(news.hits);
    case "evidence":
      return keepEvidence(control, news.evidence);
    case "mistake-reported":
      return keepReport(control, news.report);
    case "bot-claims":
      if (!control.config.offline) void goodBots.look(news.claims);
      return;
    default:
      return control.banDesk.sharedAddress.report(gateway, news);
  }
}
