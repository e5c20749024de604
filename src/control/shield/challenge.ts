import type { Bodies } from "../body.ts";

export const challengeBodies: Bodies<"challenge.status"> = {
  "challenge.status": {
    read({ control }) {
      const { challenge, toggles } = control.settings();
      return { mode: challenge.mode, enabled: toggles.challenge, ...control.challenges() };
    },
  },
};
