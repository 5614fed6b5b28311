/** Completion scripts for shells, made from the commands and options that there are. */

/** One command and what can be typed after it. */
export interface CompletedCommand {
  name: string;
  description: string;
  /** Long options, such as `--region`. */
  options: string[];
  /** Names of subcommands. */
  subcommands: string[];
  /** Whether file names are among its arguments. */
  takesFiles: boolean;
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script for one shell; it needs nothing of dsl while the user types. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      // zsh runs bash's completion functions itself.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case "fish":
      return fish(commands);
  }
}

function bash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const cases = commands.map(
    ({ name, options, subcommands, takesFiles }) =>
      `    ${name}) words="${[...subcommands, ...options].join(" ")}"; files=${takesFiles ? 1 : 0} ;;`,
  );
  return `# dsl completion for bash: source it, or put it into ~/.bashrc
_dsl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="" files=0
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "$files" -eq 1 ] && [ "\${current#-}" = "$current" ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _dsl dsl
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options, subcommands, takesFiles }) => {
    const within = `-n "__fish_seen_subcommand_from ${name}"`;
    return [
      `complete -c dsl -n __fish_use_subcommand -f -a ${name} -d '${description.replaceAll("'", "\\'")}'`,
      ...subcommands.map((inner) => `complete -c dsl ${within} -f -a ${inner}`),
      ...options.map((option) => `complete -c dsl ${within} -l ${option.slice(2)}`),
      ...(takesFiles ? [`complete -c dsl ${within} -F`] : []),
    ];
  });
  return `# dsl completion for fish: dsl completion fish > ~/.config/fish/completions/dsl.fish\n${lines.join("\n")}\n`;
}
