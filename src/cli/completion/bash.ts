/** The completion script for bash. */
import type { FlagShape, PositionShape } from './positions.ts';

const PRESETS = '$(trafficinator preset list 2>/dev/null | sed "s/ .*//")';

/** What `compgen` is to offer after a flag; nothing where anything may follow. */
function offerOf({ value }: FlagShape): string {
  switch (value.kind) {
    case 'choice':
      return `COMPREPLY=($(compgen -W "${value.choices.join(' ')}" -- "$cur"))`;
    case 'preset':
      return `COMPREPLY=($(compgen -W "${PRESETS}" -- "$cur"))`;
    case 'file':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))';
    default:
      return ':';
  }
}

/** Flags whose value must not be taken for a word of the command line. */
function valueCases({ path, flags }: PositionShape): string[] {
  const at = path.map((word) => `/${word}`).join('');
  const offers = [...new Set(flags.filter(({ value }) => value.kind !== 'none').map(offerOf))];
  return offers.map((offer) => {
    const of = flags.filter((flag) => flag.value.kind !== 'none' && offerOf(flag) === offer);
    return `    ${of.map(({ long }) => `"${at} ${long}"`).join('|')}) ${offer}; return ;;`;
  });
}

function wordCase({ path, words, flags, takesPreset }: PositionShape): string {
  const all = [...words.map(({ name }) => name), ...flags.map(({ long }) => long)];
  const presets = takesPreset ? ` ${PRESETS}` : '';
  return `    "${path.map((word) => `/${word}`).join('')}") words="${all.join(' ')}${presets}" ;;`;
}

export function bashScript(positions: readonly PositionShape[]): string {
  const paths = positions.filter(({ path }) => path.length > 0).map(({ path }) => `/${path.join('/')}`);
  return `# bash completion for trafficinator
_trafficinator() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${paths.join('|')}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${positions.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${positions.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _trafficinator trafficinator
`;
}
