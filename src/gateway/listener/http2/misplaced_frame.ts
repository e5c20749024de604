import { type ConnectionFault, ErrorCode, fault, Flag, FrameType } from "./frame.ts";
import type { HeaderBlock } from "./header_block.ts";

/**
 * What no frame of this type may be at this place, whatever it says (RFC 9113, 3.4 and 6.10). `block`: the header block
 * that is not complete; null: none.
 */
export function misplacedFrame(
  type: number,
  flags: number,
  id: number,
  settingsSeen: boolean,
  block: HeaderBlock | null,
): ConnectionFault | null {
  if (!settingsSeen && (type !== FrameType.settings || (flags & Flag.ack) !== 0)) {
    return fault(ErrorCode.protocolError, "the first frame is not SETTINGS");
  }
  if (block === null) {
    return type === FrameType.continuation
      ? fault(ErrorCode.protocolError, "CONTINUATION without HEADERS")
      : null;
  }
  return type === FrameType.continuation && id === block.id
    ? null
    : fault(ErrorCode.protocolError, "another frame within a header block");
}
