import type { Help } from "./help-text.ts";

/** Words that a program's options are written with. */
function optionWords(help: Help): string[] {
  const options = help.sections.flatMap((section) => section.options);
  return [...new Set(options.flatMap(({ short, long }) => [long, short]))].filter(
    (word): word is string => word !== null,
  );
}

/** bash: the options of a program. */
export function bashOptions(help: Help): string {
  const name = help.name.replaceAll("-", "_");
  return `# Completion of ${help.name} for bash.
_muster_${name}() {
    COMPREPLY=($(compgen -W '${optionWords(help).join(" ")}' -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _muster_${name} ${help.name}
`;
}

/** zsh: the options of a program, with what they are for. */
export function zshOptions(help: Help): string {
  const quoted = (text: string) => text.replaceAll("'", "'\\''").replace(/[[\]:]/g, "\\$&");
  const lines = help.sections
    .flatMap((section) => section.options)
    .flatMap(({ short, long, value, text }) =>
      [long, short]
        .filter((word) => word !== null)
        .map((word) => {
          const argument = value === null ? "" : `:${quoted(value.replace(/[<>]/g, ""))}:_files`;
          return `  '${word}[${quoted(text)}]${argument}'`;
        }),
    );
  return `#compdef ${help.name}\n_arguments \\\n${[...lines, "  '*:argument:_files'"].join(" \\\n")}\n`;
}

/** bash: pcs itself tells what may stand at the cursor. */
export const PCS_BASH = `# Completion of pcs for bash: pcs itself tells what may follow.
_pcs_completion() {
    local lengths=() word
    for word in "\${COMP_WORDS[@]}"; do lengths+=("\${#word}"); done
    COMPREPLY=($(COMP_WORDS="\${COMP_WORDS[*]}" COMP_LENGTHS="\${lengths[*]}" COMP_CWORD=$COMP_CWORD \\
        PCS_AUTO_COMPLETE=1 pcs))
}
complete -o default -F _pcs_completion pcs
`;

/** zsh: the same. */
export const PCS_ZSH = `#compdef pcs
local -a lengths found
local word
for word in "\${words[@]}"; do lengths+=("\${#word}"); done
found=("\${(@f)$(COMP_WORDS="\${words[*]}" COMP_LENGTHS="\${lengths[*]}" COMP_CWORD=$((CURRENT - 1)) \\
    PCS_AUTO_COMPLETE=1 pcs)}")
compadd -- $found
(( \${#found} )) || _files
`;
