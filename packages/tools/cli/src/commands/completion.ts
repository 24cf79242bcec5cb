import { Argument, type Command } from "commander";
import { write } from "../output/io.js";
import { acting, type Define, examples } from "./command-context.js";

/** `completion`: what a shell needs to complete commands and options. */
export const defineCompletion: Define = (program, io) => {
  program
    .command("completion")
    .summary("print what makes a shell complete commands and options")
    .description(
      "Print what makes a shell complete commands and options; file names are completed as places.",
    )
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      examples(
        'eval "$(store completion bash)"        # in ~/.bashrc',
        'eval "$(store completion zsh)"         # in ~/.zshrc, after compinit',
        "store completion fish | source         # in ~/.config/fish/config.fish",
      ),
    )
    .action(
      acting(io, async ({ io }, shell: string) => {
        const known = program.commands.map(commandOf);
        const globals = program.options.flatMap(({ long }) => long ?? []);
        await write(io.stdout, SCRIPTS[shell as keyof typeof SCRIPTS](known, globals));
      }),
    );
};

interface KnownCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly string[];
}

function commandOf(command: Command): KnownCommand {
  const options = command.options.flatMap(({ long }) => long ?? []);
  return { name: command.name(), summary: command.summary(), options };
}

type Script = (commands: readonly KnownCommand[], globals: readonly string[]) => string;

const SCRIPTS = { bash, zsh, fish } satisfies Record<string, Script>;

function bash(commands: readonly KnownCommand[], globals: readonly string[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words="${[...options, ...globals].join(" ")}" ;;\n`,
  );
  return `_store() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("")}  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -F _store store
`;
}

function zsh(commands: readonly KnownCommand[], globals: readonly string[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'\n`).join("");
  const cases = commands.map(
    ({ name, options }) => `    ${name}) options=(${[...options, ...globals].join(" ")}) ;;\n`,
  );
  return `_store() {
  local -a commands options
  commands=(
${names}  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "\${words[2]}" in
${cases.join("")}  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    compadd -- $options
  else
    _files
  fi
}
compdef _store store
`;
}

function fish(commands: readonly KnownCommand[], globals: readonly string[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c store -f -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`,
    ...[...options, ...globals].map(
      (option) =>
        `complete -c store -n '__fish_seen_subcommand_from ${name}' -l ${option.replace(/^--/, "")}`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Within single quotes, and where a colon means something. */
function quoted(text: string): string {
  return text.replaceAll("'", "").replaceAll(":", " ");
}
