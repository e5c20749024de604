import { dirname, join, relative } from "node:path";
import { importFault } from "./layers.ts";

/** Lint plug-in: the import rule of `layers.ts` and the house rules that a machine can see. */

const ROOT = join(import.meta.dirname!, "../..");
const MAX_LINES = 400;

function place(context: Deno.lint.RuleContext): string {
  return relative(ROOT, context.filename);
}

function checkImport(
  context: Deno.lint.RuleContext,
  node: Deno.lint.Node,
  specifier: string,
  typeOnly: boolean,
): void {
  const from = place(context);
  if (/^(?:https?|npm|jsr|data|file):/.test(specifier)) {
    context.report({ node, message: `${specifier}: name it in the import map of deno.json` });
  }
  if (!specifier.startsWith(".")) return;
  const to = relative(ROOT, join(dirname(context.filename), specifier));
  const fault = importFault(from, to, typeOnly);
  if (fault !== null) context.report({ node, message: fault });
}

/** The text of a string literal or of a template without holes, else null. */
function literal(node: Deno.lint.Node | null | undefined): string | null {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.quasis.length === 1) return node.quasis[0]!.cooked;
  return null;
}

function isName(node: Deno.lint.Node, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

/** True for `object.method` as written. */
function isMember(node: Deno.lint.Node, object: string, method: string): boolean {
  return node.type === "MemberExpression" && isName(node.object, object) && isName(node.property, method);
}

const imports: Deno.lint.Rule = {
  create(context) {
    return {
      ImportDeclaration(node) {
        const bindings = node.specifiers;
        const typeOnly = node.importKind === "type" ||
          (bindings.length > 0 &&
            bindings.every((each) => each.type === "ImportSpecifier" && each.importKind === "type"));
        checkImport(context, node, node.source.value, typeOnly);
      },
      ExportNamedDeclaration(node) {
        const source = literal(node.source);
        if (source !== null) checkImport(context, node, source, node.exportKind === "type");
      },
      ExportAllDeclaration(node) {
        const source = literal(node.source);
        if (source !== null) checkImport(context, node, source, node.exportKind === "type");
      },
      ImportExpression(node) {
        const source = literal(node.source);
        if (source !== null) checkImport(context, node, source, false);
        else if (place(context).startsWith("src/")) {
          context.report({
            node,
            message: "a computed import cannot be checked, nor compiled in: name the module",
          });
        }
      },
      TSImportType(node) {
        const source = literal(
          node.argument.type === "TSLiteralType" ? node.argument.literal : node.argument,
        );
        if (source !== null) checkImport(context, node, source, true);
      },
      // `new Worker(new URL("./worker.ts", import.meta.url))` loads a module as an import does.
      NewExpression(node) {
        if (isName(node.callee, "URL")) {
          const source = literal(node.arguments[0]);
          if (source !== null && /^\.{1,2}\/.*\.tsx?$/.test(source)) {
            checkImport(context, node, source, false);
          }
        } else if (isName(node.callee, "Worker")) {
          const source = literal(node.arguments[0]);
          if (source !== null) checkImport(context, node, source, false);
        }
      },
    };
  },
};

const noDefaultExport: Deno.lint.Rule = {
  create(context) {
    return {
      ExportDefaultDeclaration(node) {
        context.report({ node, message: "no default exports: a thing has one name everywhere" });
      },
    };
  },
};

const console: Deno.lint.Rule = {
  create(context) {
    const at = place(context);
    if (!/^(?:src|views)\//.test(at) || at.startsWith("src/cli/")) return {};
    return {
      MemberExpression(node) {
        if (!isName(node.object, "console")) return;
        context.report({ node, message: "console belongs to src/cli: take a Logger" });
      },
    };
  },
};

const clock: Deno.lint.Rule = {
  create(context) {
    const at = place(context);
    if (!at.startsWith("src/") || at === "src/core/clock.ts" || /_test\.tsx?$/.test(at)) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({ node, message: "the time comes from a Clock (src/core/clock.ts)" });
    return {
      // The name alone is enough: `const now = Date.now` reads the machine's clock too.
      MemberExpression(node) {
        if (isMember(node, "Date", "now") || isMember(node, "performance", "now")) report(node);
      },
      NewExpression(node) {
        if (isName(node.callee, "Date") && node.arguments.length === 0) report(node);
      },
    };
  },
};

const fileLength: Deno.lint.Rule = {
  create(context) {
    return {
      Program(node) {
        const lines = context.sourceCode.text.split("\n").length - 1;
        if (lines <= MAX_LINES || /^\/[/*][^]{0,400}?over 400 lines/i.test(context.sourceCode.text)) return;
        context.report({
          node,
          message: `${lines} lines: split it, or say at its top why it is over ${MAX_LINES} lines`,
        });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "aegis",
  rules: {
    "imports": imports,
    "no-default-export": noDefaultExport,
    "console": console,
    "clock": clock,
    "file-length": fileLength,
  },
};

// The plug-in interface of deno lint wants a default export.
// deno-lint-ignore aegis/no-default-export
export default plugin;
