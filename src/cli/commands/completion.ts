import type { Command } from "commander";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../failure.ts";

/** `aegis completion`: a script for the shell, made of the commands that there are. */
export function addCompletion(program: Command, cli: CliContext): void {
  const command = program.command("completion").summary("completion for bash, zsh and fish")
    .description("Write a completion script to standard output.").argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", "\nExamples:\n  source <(aegis completion bash)\n  aegis completion fish | source");
  act(command, ([shell]) => {
    const words = new Map(program.commands.map((each) => [each.name(), wordsAfter(each)]));
    if (shell === "fish") return cli.out(...fishLines(program));
    if (shell !== "bash" && shell !== "zsh") throw new UsageError(`there is no completion for "${shell}"`);
    const start = shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : [];
    cli.out(...start, ...bashLines(words));
  });
}

function wordsAfter(command: Command): string[] {
  const options = command.options.map((option) => option.long).filter((long) => typeof long === "string");
  return [...command.commands.map((each) => each.name()), ...options];
}

function bashLines(words: ReadonlyMap<string, readonly string[]>): string[] {
  return [
    "_aegis() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" first="${COMP_WORDS[1]}" words',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${[...words.keys()].join(" ")}"`,
    '  else case "$first" in',
    ...[...words].map(([name, after]) => `    ${name}) words="${after.join(" ")}" ;;`),
    "  esac; fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "complete -o default -F _aegis aegis",
  ];
}

function fishLines(program: Command): string[] {
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  return program.commands.flatMap((command) => [
    `complete -c aegis -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.summary())}`,
    ...command.commands.map((each) =>
      `complete -c aegis -n '__fish_seen_subcommand_from ${command.name()}' -a ${each.name()} -d ${
        quote(each.description())
      }`
    ),
  ]);
}
