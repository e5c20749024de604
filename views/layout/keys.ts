/** The keyboard map; app.js acts on it. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly text: string }[] = [
  { keys: ["Ctrl", "K"], text: "Search or jump" },
  { keys: ["/"], text: "Go to the filter" },
  { keys: ["g", "d"], text: "Dashboard" },
  { keys: ["g", "t"], text: "Traffic" },
  { keys: ["g", "h"], text: "Hosts" },
  { keys: ["g", "r"], text: "Rules" },
  { keys: ["g", "s"], text: "Settings" },
  { keys: ["j"], text: "Next row" },
  { keys: ["k"], text: "Row before" },
  { keys: ["Enter"], text: "Open the row" },
  { keys: ["Esc"], text: "Close what is open" },
  { keys: ["e"], text: "Add an exception for this request" },
  { keys: ["b"], text: "Ban this client (asks)" },
  { keys: ["p"], text: "Pause what is live" },
  { keys: ["Ctrl", "Enter"], text: "Submit the form" },
  { keys: ["?"], text: "This list" },
];
