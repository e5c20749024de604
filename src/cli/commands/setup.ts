import type { Command } from "commander";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../failure.ts";
import { askNewPassword } from "../passwords.ts";
import { factLines } from "../table.ts";

/** `aegis setup`: the one-time link again, or the first user without a browser. */
export function addSetup(program: Command, cli: CliContext): void {
  const command = program.command("setup").summary("first user, or the setup link again")
    .description(
      "Without a name: show the one-time setup link. With one: make the first user (role owner) here.\n" +
        "The password is asked for, or read from standard input's first line.",
    )
    .option("--name <name>", "make the first user with this name")
    .option("--email <address>", "the user's e-mail address")
    .addHelpText(
      "after",
      "\nExamples:\n  aegis setup\n  aegis setup --name ann\n  aegis setup --name ann < password.txt",
    );
  act(command, (_, options) =>
    cli.withInstance(options, async (instance) => {
      if (typeof options.name === "string") {
        const email = typeof options.email === "string" ? { email: options.email } : {};
        const password = await askNewPassword(cli.terminal, options.name);
        const { user } = await instance.call("setup.user", { name: options.name, password, ...email });
        if (options.json === true) return cli.json(user);
        return cli.out(`made the first user: ${user.name} (${user.role})`);
      }
      if (options.email !== undefined) throw new UsageError("--email needs --name");
      const link = await instance.call("setup.link", {});
      if (options.json === true) return cli.json(link);
      if (!link.needed) {
        return cli.out("setup is done: sign in to the admin, or make users with: aegis user add NAME");
      }
      cli.out(
        ...factLines([
          ["open", link.url],
          ["CA fingerprint", link.ca_fingerprint],
          ["trust the CA", link.trust_command],
        ]),
      );
    }));
}
