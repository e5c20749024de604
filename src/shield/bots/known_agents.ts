import list from "../../../rules/data/user_agents.json" with { type: "json" };
import type { AgentList } from "./agent_book.ts";

/** The user agents that this version knows (`rules/data/user_agents.json`). */
export const KNOWN_AGENTS: AgentList = list;
