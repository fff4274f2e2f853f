/** The completion script for zsh. */
import type { FlagShape, PositionShape } from './positions.ts';

const PRESETS = `\${(f)"$(trafficinator preset list 2>/dev/null | sed "s/ .*//")"}`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `'name:what it does'`, as _describe takes it. */
function described(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`);
}

function offerOf({ value }: FlagShape): string {
  switch (value.kind) {
    case 'choice':
      return `compadd -- ${value.choices.join(' ')}`;
    case 'preset':
      return `compadd -- ${PRESETS}`;
    case 'file':
      return '_files';
    default:
      return ':';
  }
}

function pathOf({ path }: PositionShape): string {
  return path.map((word) => `/${word}`).join('');
}

function valueCases(position: PositionShape): string[] {
  const flags = position.flags.filter(({ value }) => value.kind !== 'none');
  return [...new Set(flags.map(offerOf))].map((offer) => {
    const names = flags.filter((flag) => offerOf(flag) === offer).map(({ long }) => long);
    return `    ${names.map((name) => `"${pathOf(position)} ${name}"`).join('|')}) ${offer}; return ;;`;
  });
}

function offerCase(position: PositionShape): string {
  const names = position.words.map(({ name, description }) => described(name, description));
  const flags = position.flags.map(({ long, description }) => described(long, description));
  const presets = position.takesPreset ? `      compadd -- ${PRESETS}\n` : '';
  return `    "${pathOf(position)}")
${presets}      offered=(
${[...names, ...flags].map((line) => `        ${line}`).join('\n')}
      ) ;;`;
}

export function zshScript(positions: readonly PositionShape[]): string {
  const paths = positions.filter(({ path }) => path.length > 0).map(pathOf);
  return `#compdef trafficinator
# zsh completion for trafficinator
_trafficinator() {
  local at="" i
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      ${paths.join('|')}) at="$at/\${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${positions.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${positions.map(offerCase).join('\n')}
  esac
  _describe trafficinator offered
}
if [ "$funcstack[1]" = "_trafficinator" ]; then
  _trafficinator "$@"
else
  compdef _trafficinator trafficinator
fi
`;
}
