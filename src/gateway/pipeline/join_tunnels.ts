import type { BodySink } from "../../core/body.ts";
import type { Tunnel } from "../../core/exchange.ts";

/** Carries bytes both ways until both directions ended or either side broke; then `whenOver` is called once. */
export function joinTunnels(a: Tunnel, b: Tunnel, whenOver: () => void): void {
  let open = 2;
  function ended(): void {
    if (--open === 0) whenOver();
  }
  function broke(): void {
    if (open <= 0) return;
    open = 0;
    a.destroy();
    b.destroy();
    whenOver();
  }
  a.incoming.start(carry(a, b, ended, broke));
  b.incoming.start(carry(b, a, ended, broke));
}

function carry(from: Tunnel, to: Tunnel, ended: () => void, broke: () => void): BodySink {
  to.onDrain = () => from.incoming.resume();
  return {
    data(chunk) {
      if (!to.write(chunk)) from.incoming.pause();
    },
    end() {
      to.end();
      ended();
    },
    fail: broke,
  };
}
